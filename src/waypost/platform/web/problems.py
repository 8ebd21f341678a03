"""Problems: every refusal and every fault as one thing (RFC 9457), before it is known who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException

from waypost.platform.errors import Conflict, Invalid, NotFound, NotSignedIn, Refusal, Retryable, TooMany, Unavailable

AGAIN_AFTER = {429: timedelta(seconds=60), 503: timedelta(seconds=10)}
"""What `Retry-After` says when a refusal names no time of its own."""
SPOKEN = 5
"""Faults of a form that `detail` names; `errors` has them all."""
TWICE = "23505"
"""SQLSTATE of a broken unique constraint: somebody else was quicker."""
TOGETHER = frozenset({"40001", "40P01"})
"""SQLSTATEs of two transactions in each other's way: one of them just tries again."""

UNSTORABLE = "22P05"
"""SQLSTATE of a character in JSON that no text of the database can hold."""


class Unforeseen(Refusal):
    """Something went wrong on our side."""


class MethodNotAllowed(Refusal):
    """This address does not take that method."""

    status = 405


class Unstorable(Invalid):
    """A text holds the character U+0000, which cannot be kept; leave it out."""


class TooLarge(Refusal):
    """What was sent is too large."""

    status = 413


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What happened, ready to be told: `detail` is always a sentence, `errors` are `{loc, field, msg, type}`."""

    status: int
    kind: str
    title: str
    detail: str
    code: str | None = None
    errors: Sequence[dict[str, Any]] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON form: `type, title, status, detail, request_id, errors`, and `code` where a class documents one."""
        told: dict[str, Any] = {"type": self.kind, "title": self.title, "status": self.status, "detail": self.detail}
        told |= {"request_id": request_id, "errors": list(self.errors)}
        return told | ({"code": self.code} if self.code else {})


def problem_of(error: Exception) -> Problem:
    """The problem that an exception means to the outside; what we did not foresee says nothing about our inside."""
    if isinstance(error, Refusal):
        return _refused(error)
    if isinstance(error, RequestValidationError):
        return _refused(_invalid(error.errors()))
    if isinstance(error, HTTPException):
        return _of_framework(error)
    return _refused(_of_database(error) or Unforeseen())


def _refused(refusal: Refusal) -> Problem:
    return Problem(
        status=refusal.status,
        kind=refusal.kind(),
        title=refusal.title(),
        detail=refusal.detail,
        code=refusal.code,
        errors=refusal.errors,
        headers=_headers(refusal),
    )


def _headers(refusal: Refusal) -> dict[str, str]:
    if isinstance(refusal, NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    again = refusal.retry_after if isinstance(refusal, Retryable) else None
    again = again or AGAIN_AFTER.get(refusal.status)
    return {"Retry-After": str(max(1, ceil(again.total_seconds())))} if again else {}


def _invalid(faults: Sequence[Any]) -> Invalid:
    """`detail` reads like "limit: Input should be greater than 0"; values that were sent are not repeated."""
    errors = [_fault(fault) for fault in faults]
    spoken = [f"{each['field']}: {each['msg']}" if each["field"] else each["msg"] for each in errors[:SPOKEN]]
    return Invalid("; ".join(spoken), errors=errors)


def _fault(fault: Any) -> dict[str, Any]:
    place = [each for each in fault["loc"] if each not in ("body", "query", "path", "header", "cookie")]
    named = ".".join(map(str, place)) if fault["type"] != "json_invalid" else ""
    return {"loc": list(fault["loc"]), "field": named, "msg": fault["msg"], "type": fault["type"]}


def _of_framework(error: HTTPException) -> Problem:
    """What Starlette and FastAPI refuse by themselves: no route, wrong method, unreadable body."""
    known: dict[int, type[Refusal]] = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge, 429: TooMany}
    phrase = HTTPStatus(error.status_code).phrase
    kind = known.get(error.status_code)
    return Problem(
        status=error.status_code,
        kind=kind.kind() if kind else phrase.lower().replace(" ", "-"),
        title=kind.title() if kind else phrase,
        detail=kind.title() if kind and error.detail == phrase else str(error.detail),
        headers=dict(error.headers or {}),
    )


def _of_database(error: Exception) -> Refusal | None:
    orig = getattr(error, "orig", None)
    state = getattr(orig, "sqlstate", None)
    if isinstance(error, DataError) and (state == UNSTORABLE or "NUL (0x00)" in str(orig)):
        return Unstorable()
    if isinstance(error, DBAPIError) and state == TWICE:
        return Conflict()
    if isinstance(error, OperationalError | PoolExhausted) or state in TOGETHER:
        return Unavailable()
    return None
