"""One line of the log and one count of the metrics for every request, whatever became of it."""

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waypost.platform.observe.logs import line
from waypost.platform.observe.metrics import count_request
from waypost.platform.web.tallying import tell_tally

CUT_SHORT = 499
"""What we write for a caller who left before any answer began; nobody is sent it."""

log = line("oss.api")


class Record:
    """Writes `http.request.completed` with the path but never the query, and counts by the route's template."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure to the last byte, also when the answer fails."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began, method, status = perf_counter(), scope["method"], CUT_SHORT

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, seen)
        finally:
            _record(scope, method, status, perf_counter() - began)


def _record(scope: Scope, method: str, status: int, seconds: float) -> None:
    limited = bool(scope.get("state", {}).get("rate_limited", False))
    template = getattr(scope.get("route"), "path_format", None)
    count_request(method, template, status, seconds, limited)
    tell_tally(scope, method, template, status, seconds)
    log.info(
        "http.request.completed",
        method=method,
        path=scope["path"],
        status_code=status,
        duration_ms=round(seconds * 1000),
        rate_limited=limited,
    )
