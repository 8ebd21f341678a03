"""How the documented doors of sourcing tell a problem: `code`, `category` and `retryable` beside the usual keys."""

from typing import Any

from waypost.platform.web.problems import Problem

KNOWN = {
    400: ("VALIDATION_ERROR", "validation"),
    401: ("UNAUTHORIZED", "auth"),
    403: ("FORBIDDEN", "permissions"),
    404: ("NOT_FOUND", "not_found"),
    409: ("CONFLICT", "conflict"),
    413: ("PAYLOAD_TOO_LARGE", "validation"),
    422: ("VALIDATION_ERROR", "validation"),
    429: ("RATE_LIMITED", "rate_limit"),
}
"""Status → the code where a refusal has none of its own, and the category (sourcing.md 1.0)."""
OTHERS = ("INTERNAL_ERROR", "internal")


def shape(problem: Problem, request_id: str) -> dict[str, Any]:
    """The JSON of one problem; the code of its class wins over that of its status."""
    code, category = KNOWN.get(problem.status, OTHERS)
    told = problem.body(request_id) | {"requestId": request_id, "code": problem.code or code, "category": category}
    return told | {"retryable": problem.status == 429 or problem.status >= 500}
