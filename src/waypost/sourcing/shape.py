"""How documented doors of sourcing tell a problem: `code`, `category`, `retryable`, `timestamp` beside the usual."""

from typing import Any

from waypost.platform.clock import utc_now
from waypost.platform.observe import trace
from waypost.platform.web.problems import Problem

VALIDATION = 400
"""What does not fit is 400 here, not 422 (ruling 14)."""
KNOWN = {
    400: ("VALIDATION_ERROR", "validation"),
    401: ("UNAUTHORIZED", "auth"),
    403: ("FORBIDDEN", "permissions"),
    404: ("NOT_FOUND", "not_found"),
    409: ("CONFLICT", "conflict"),
    413: ("PAYLOAD_TOO_LARGE", "validation"),
    429: ("RATE_LIMITED", "rate_limit"),
}
"""Status → the code where a refusal has none of its own, and the category (sourcing.md 1.0)."""
OTHERS = ("INTERNAL_ERROR", "internal")


def shape(problem: Problem, request_id: str) -> dict[str, Any]:
    """The JSON of one problem; the code of its class wins over that of its status."""
    status = VALIDATION if problem.status == 422 else problem.status
    code, category = KNOWN.get(status, OTHERS)
    told = problem.body(request_id) | {"status": status, "message": problem.detail, "requestId": request_id}
    told |= {"code": problem.code or code, "category": category, "retryable": status == 429 or status >= 500}
    told |= {"timestamp": utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    told |= {"details": list(problem.errors)} if problem.errors else {}
    return told | _as_before(told)


def _as_before(told: dict[str, Any]) -> dict[str, Any]:
    """`error` and `meta`, in which earlier clients look for the same."""
    here, error = trace.current(), {name: told[name] for name in ("code", "message", "details") if name in told}
    traced = trace.trace_id(here) if here else told["requestId"]
    return {"error": error, "meta": {"traceId": traced, "timestamp": told["timestamp"]}}
