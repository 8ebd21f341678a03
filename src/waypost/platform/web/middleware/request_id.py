"""One id per request, taken from the caller when it is well formed: in every answer, every log line, every problem."""

import re
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class RequestId:
    """Accepts 1 to 128 of `A-Za-z0-9._:-`, else makes a new one."""

    def __init__(self, app: ASGIApp, header: str) -> None:
        self._app, self._header = app, header

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the id for the time of the request and send it back."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get(self._header, "").strip()
        known = given if WELL_FORMED.fullmatch(given) else str(uuid4())
        scope.setdefault("state", {})["request_id"] = known

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[self._header] = known
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=known):
            await self._app(scope, receive, stamped)
