"""How the documented doors tell a problem (archive.md 1.5): a token for programs, a sentence as the hint."""

from typing import Any

from waypost.archive.intake.refusals import PLAIN
from waypost.platform.web.problems import Problem

TOKENS = {413: "request_too_large", 429: "rate_limited", 404: "not_found", 403: "forbidden", 503: "unavailable"}
SPOKEN = frozenset({"shutting_down", "settings_not_configured"})
"""Here `detail` always was a sentence: match on `code`."""


def shape(problem: Problem, request_id: str) -> dict[str, Any]:
    """The JSON of one problem. What was sent is never repeated."""
    if problem.status == 405:
        return {"detail": "Method Not Allowed"}
    if problem.status == 422 and problem.code is None:
        return {"detail": [_fault(each) for each in problem.errors], "request_id": request_id}
    if problem.code in PLAIN:
        return {"detail": problem.code}
    if problem.status >= 500 and problem.code is None and problem.status != 503:
        return {"detail": "Internal Server Error", "code": "internal_error", "request_id": request_id}
    token = problem.code or TOKENS.get(problem.status, problem.kind.replace("-", "_"))
    told = {"detail": problem.detail if token in SPOKEN else token, "code": token}
    return told | {"hint": problem.detail, "request_id": request_id}


def _fault(fault: dict[str, Any]) -> dict[str, Any]:
    return {"type": fault["type"], "loc": fault["loc"], "msg": fault["msg"]}
