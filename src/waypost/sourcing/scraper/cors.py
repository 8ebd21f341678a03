"""Scripts of the origins that the operator names may call the scraper (Fetch standard, CORS protocol)."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS, HEADERS, MAX_AGE = "GET,POST,OPTIONS", "Authorization, Content-Type, X-Request-Id", "3600"


class Cors:
    """Answers every OPTIONS with 204 and names the caller's origin where it is allowed; `*` allows all."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        named = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")
        allowed = named if named and (named in self._origins or "*" in self._origins) else ""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if allowed:
                    headers["access-control-allow-origin"] = allowed
            await send(message)

        if scope["method"] == "OPTIONS":
            return await _preflight(sent, bool(allowed))
        await self._app(scope, receive, sent)


async def _preflight(send: Send, is_allowed: bool) -> None:
    told = {
        "access-control-allow-methods": METHODS,
        "access-control-allow-headers": HEADERS,
        "access-control-max-age": MAX_AGE,
    }
    headers = [(name.encode(), value.encode()) for name, value in (told if is_allowed else {}).items()]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
