"""Headers that every answer carries unless its door set its own: for safety, and for caches."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READERS = ("Accept", "HX-Request")


class Headers:
    """Security headers on all answers; `private, no-store` and `Vary` on all that no door calls cacheable."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._standing = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add what is not there yet when the answer begins."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, dressed)

    def _dress(self, headers: MutableHeaders) -> None:
        for name, value in self._standing.items():
            headers.setdefault(name, value)
        if "immutable" not in headers["Cache-Control"]:
            for name in READERS:
                headers.add_vary_header(name)
