"""Puts the caller's true address and scheme into the scope, so that nothing behind it has to know about proxies."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from waypost.platform.web.addresses import client_address, is_trusted
from waypost.platform.web.settings import Network


class ClientAddress:
    """`scope["client"]` becomes the right-most untrusted address; a trusted proxy's word also sets the scheme."""

    def __init__(self, app: ASGIApp, proxies: Sequence[Network]) -> None:
        self._app, self._proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, correct, pass on."""
        if scope["type"] == "http" and self._proxies:
            self._correct(scope)
        await self._app(scope, receive, send)

    def _correct(self, scope: Scope) -> None:
        peer = scope["client"][0] if scope.get("client") else None
        if peer is None or not is_trusted(peer, self._proxies):
            return
        headers = Headers(scope=scope)
        chain = ",".join(headers.getlist("x-forwarded-for"))
        scope["client"] = (client_address(peer, chain, self._proxies), 0)
        said = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip()
        scope["scheme"] = said if said in ("http", "https") else scope["scheme"]
