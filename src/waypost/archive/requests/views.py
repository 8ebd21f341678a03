"""What pages and programs are shown of requests: plain values, worked out from one row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from waypost.archive.requests.models import FAILURES, ArchiveRequest, State
from waypost.platform.errors import Invalid

Condition = Literal["done", "now", "waits", "failed", "open", "skipped"]
LONGEST = 200
SHOWN = 50

TAKEN_AT = {"begin": "read", "gather": "read", "render": "render", "sign": "sign"}
TAKEN_AT |= {"reserve": "store", "store": "store", "confirm": "store"}
"""Which step of the page a failing step of the run belongs to."""


class UnknownState(Invalid):
    """There is no such state."""


class BadCursor(Invalid):
    """This cursor is not one of ours."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, as the page draws it: asked, read, render, sign, store, tell."""

    name: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class View:
    """The list's address; empty strings ask for nothing."""

    state: str = ""
    q: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, request: Request) -> "View":
        """What the address says."""
        return cls(*(request.query_params.get(name, "").strip()[:LONGEST] for name in ("state", "q", "cursor")))

    @property
    def wanted(self) -> State | None:
        """The state that is asked for; refuses an unknown one."""
        if self.state and self.state not in set(State):
            raise UnknownState
        return State(self.state) if self.state else None

    @property
    def after(self) -> UUID | None:
        """The last one seen; refuses garbage."""
        try:
            return UUID(self.cursor) if self.cursor else None
        except ValueError:
            raise BadCursor from None

    def query(self, cursor: str = "", state: str | None = None) -> str:
        """The same list elsewhere: at another place, or in another state."""
        named = {"state": self.state if state is None else state, "q": self.q, "cursor": cursor}
        told = urlencode({name: value for name, value in named.items() if value})
        return f"?{told}" if told else ""


def steps(request: ArchiveRequest) -> list[Step]:
    """The way of a request, each step with its condition."""
    done = _done(request)
    order = ("asked", "read", "render", "sign", "store", "tell")
    first = next((name for name in order if name not in done), None)
    return [Step(name, "done" if name in done else _open(request, name, first)) for name in order]


def _done(request: ArchiveRequest) -> set[str]:
    finished = {
        "asked": True,
        "read": request.snapshot_key is not None,
        "render": bool(request.rendered),
        "sign": bool(request.sealed) and len(request.sealed) == len(request.rendered),
        "store": request.kept_at is not None,
        "tell": request.settled_at is not None or _left_to_another(request),
    }
    return {name for name, is_so in finished.items() if is_so}


def _left_to_another(request: ArchiveRequest) -> bool:
    """Kept, and a later request told the origin for both."""
    return request.ended and request.kept_at is not None and not request.settle_due


def _open(request: ArchiveRequest, name: str, first: str | None) -> Condition:
    if request.state == State.SKIPPED:
        return "skipped"
    if request.state in FAILURES and name == TAKEN_AT.get(request.error_step or "", "read"):
        return "failed"
    if name != first or request.ended:
        return "waits" if name == "tell" and request.settle_due else "open"
    if name == "tell" and request.settle_error:
        return "waits"
    return "waits" if request.next_run_at or request.state == State.RECEIVED else "now"


def line(request: ArchiveRequest) -> dict[str, Any]:
    """A request in a list for programs."""
    return {
        "id": request.id,
        "kind": request.kind,
        "source": request.source,
        "ref": request.ref,
        "number": request.number or None,
        "state": request.state,
        "forced": request.forced,
        "attempts": request.attempts,
        "next_run_at": request.next_run_at,
        "error_code": request.error_code,
        "skipped_because": request.skipped_because,
        "record_id": request.record_id,
        "created_at": request.created_at,
        "kept_at": request.kept_at,
        "ended_at": request.ended_at,
    }


def whole(request: ArchiveRequest) -> dict[str, Any]:
    """One request for programs."""
    return line(request) | {
        "steps": [{"name": step.name, "condition": step.condition} for step in steps(request)],
        "reason": request.reason,
        "again": request.again,
        "follows": request.follows,
        "classification": request.classification,
        "error": request.error,
        "error_hint": request.error_hint,
        "error_action": request.error_action,
        "error_step": request.error_step,
        "version": request.version_number,
        "settle_due": request.settle_due,
        "settle_error": request.settle_error,
        "settled_at": request.settled_at,
        "wire_request_id": request.wire_request_id,
        "delivery_id": request.delivery_id,
        "forgotten_at": request.forgotten_at,
        "forgotten_because": request.forgotten_because if request.forgotten_at else None,
        "held_at": request.held_at,
        "held_because": request.held_because,
    }


def older(view: View, found: Sequence[ArchiveRequest]) -> str | None:
    """The address of what comes after a full page."""
    return view.query(str(found[SHOWN - 1].id)) if len(found) > SHOWN else None
