"""The largest body a door takes, declared or counted: an answer of 413 also for bodies that name no length."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waypost.platform.web.guard import BODY_LIMIT


class BodyTooLarge(HTTPException):
    """Understood by the framework's body readers, which would turn a refusal of ours into a plain 400."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"The body is larger than this address takes ({limit} bytes).", {"Connection": "close"})


class BodyLimit:
    """Counts what is read. The matched door may have set its own limit in the scope by then (`guard.DoorRoute`)."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a `receive` that refuses beyond the limit, before the first byte when the length is declared."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        declared, read = Headers(scope=scope).get("content-length", ""), 0

        async def counted() -> Message:
            nonlocal read
            limit = scope.get(BODY_LIMIT, self._limit)
            if declared.isdigit() and int(declared) > limit:
                raise BodyTooLarge(limit)
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise BodyTooLarge(limit)
            return message

        await self._app(scope, counted, send)
