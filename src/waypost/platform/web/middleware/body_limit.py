"""The largest body a door takes, declared or counted: an answer of 413 also for bodies that name no length."""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from waypost.platform.web.guard import BODY_LIMIT

UNLIMITED = 1 << 62
"""What a limit of 0 means."""
LINGER_SECONDS = 5.0
LINGER_BYTES = 64 * 1024 * 1024


class BodyTooLarge(HTTPException):
    """Understood by the framework's body readers, which would turn a refusal of ours into a plain 400."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"The body is larger than this address takes ({limit} bytes).", {"Connection": "close"})


class BodyLimit:
    """Counts what is read. The matched door may have set its own limit in the scope by then (`guard.DoorRoute`)."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit or UNLIMITED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a counting `receive`, and a `send` that lets an oversized sender hear the answer."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        body = _Body(scope, receive, self._limit)

        async def heard(message: Message) -> None:
            last = message["type"] == "http.response.body" and not message.get("more_body", False)
            if not (last and body.refused):
                return await send(message)
            await send({**message, "more_body": True})
            await body.drain()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app(scope, body.receive, heard)


class _Body:
    """One body on its way in."""

    def __init__(self, scope: Scope, receive: Receive, limit: int) -> None:
        self._scope, self._receive, self._limit = scope, receive, limit
        declared = Headers(scope=scope).get("content-length", "")
        self._declared, self._read = int(declared) if declared.isdigit() else 0, 0
        self.refused = False

    async def receive(self) -> Message:
        """The next piece; refuses beyond the limit, and before the first byte when the length is declared."""
        self._weigh(self._declared)
        message = await self._receive()
        self._read += len(message.get("body", b""))
        self._weigh(self._read)
        return message

    async def drain(self) -> None:
        """Read on for a while: closing on a sender that still sends resets the connection, and the answer is lost."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                message: Message = {"more_body": True}
                while message.get("more_body", False) and self._read < self._limit + LINGER_BYTES:
                    message = await self._receive()
                    self._read += len(message.get("body", b""))

    def _weigh(self, size: int) -> None:
        limit = self._scope.get(BODY_LIMIT, self._limit)
        if size > limit:
            self.refused = True
            raise BodyTooLarge(limit)
