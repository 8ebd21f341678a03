"""Serves below a path: programs join the path of our base address with every path of ours, and so do we."""

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LINKED = re.compile(r"<(/[^>]*)>")
"""A target of a `Link` header (RFC 8288) on our own host."""


class Below:
    """Takes the path off requests whose proxy left it on, and puts it before our own addresses in headers.

    Bodies name ids or whole addresses; only pages link without it, so people need an address without a path.
    """

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app, self._path = app, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Off on the way in, on again on the way out."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def joined(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._join(MutableHeaders(scope=message))
            await send(message)

        await self._app(self._bare(scope), receive, joined)

    def _bare(self, scope: Scope) -> Scope:
        if not scope["path"].startswith(f"{self._path}/"):
            return scope
        path = scope["path"].removeprefix(self._path)
        return {**scope, "path": path, "raw_path": scope["raw_path"].removeprefix(self._path.encode())}

    def _join(self, headers: MutableHeaders) -> None:
        place, linked = headers.get("location", ""), headers.get("link", "")
        if place.startswith("/") and not place.startswith("//"):
            headers["location"] = self._path + place
        if linked:
            headers["link"] = LINKED.sub(lambda found: f"<{self._path}{found[1]}>", linked)
