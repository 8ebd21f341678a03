"""One span for each request, named by its route's template; the caller's trace goes on, or a new one begins."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waypost.platform.observe import trace
from waypost.platform.observe.metrics import METHODS, UNMATCHED
from waypost.platform.observe.tracing import Span, Tracing, tracer

FAULT = 500


class Traced:
    """Every request has a trace id, in each of its log lines; those that are not excluded have a span as well."""

    def __init__(self, app: ASGIApp, tracing: Tracing, endless: tuple[str, ...]) -> None:
        self._app, self._tracing, self._endless = app, tracing, endless

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Follow it to its last byte; streams that never end are not recorded."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        said = trace.well_formed(Headers(scope=scope).get("traceparent"))
        if not self._tracing.enabled or self._left_out(scope["path"]):
            with trace.within(said or trace.fresh()):
                return await self._app(scope, receive, send)
        await self._recorded(scope, receive, send, said)

    async def _recorded(self, scope: Scope, receive: Receive, send: Send, parent: str | None) -> None:
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        status = 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with tracer().lasting(method, parent, "server", (), {"http.request.method": method}) as span:
            try:
                with trace.within(span.traceparent):
                    await self._app(scope, receive, seen)
            finally:
                _told(span, method, scope, status)

    def _left_out(self, path: str) -> bool:
        excluded = self._tracing.excluded
        return path in self._endless or bool(excluded and excluded.search(path))


def _told(span: Span, method: str, scope: Scope, status: int) -> None:
    """The template is known when the request was matched; its address is never told, for it may hold a secret."""
    route = getattr(scope.get("route"), "path_format", None) or UNMATCHED
    span.called(f"{method} {route}")
    span.note(http__route=route)
    if status:
        span.note(http__response__status_code=status)
    if status >= FAULT:
        span.failed(str(status))
