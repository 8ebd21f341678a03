"""The stand-in on a port of 127.0.0.1, in a thread of its own."""

import threading
import time
from dataclasses import dataclass, field
from functools import cache

import uvicorn
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.wire.google import consent, gmail
from tests.wire.google.pushing import new_key
from tests.wire.google.world import CLIENT, CLIENT_SECRET, World
from waypost.ticketing.mailboxes.google.terms import GoogleTerms, Places


async def _keys(request: Request) -> Response:
    world_keys: list[RSAKey] = request.app.state.keys
    return JSONResponse({"keys": [key.as_dict(private=False) for key in world_keys]})


def app_of(world: World, keys: list[RSAKey]) -> Starlette:
    """All of it."""
    app = Starlette(
        routes=[
            Route("/o/oauth2/v2/auth", consent.page),
            Route("/consent", consent.agree, methods=["POST"]),
            Route("/token", consent.token, methods=["POST"]),
            Route("/revoke", consent.revoke, methods=["POST"]),
            Route("/certs", _keys),
            Route("/batch/gmail/v1", gmail.batch, methods=["POST"]),
            Route("/gmail/v1/users/me/{path:path}", gmail.call, methods=["GET", "POST"]),
        ]
    )
    app.state.world, app.state.keys = world, keys
    return app


@cache
def first_key() -> RSAKey:
    """Made once: a key costs more than most tests that need one."""
    return new_key("first")


@dataclass(slots=True)
class StandIn:
    """A running stand-in; change `world` and `keys` as you like."""

    world: World = field(default_factory=World)
    keys: list[RSAKey] = field(default_factory=lambda: [first_key()])
    port: int = 0
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    def start(self) -> "StandIn":
        """Listen; the port stays the same when it is started again."""
        config = uvicorn.Config(
            app_of(self.world, self.keys), host="127.0.0.1", port=self.port, log_config=None, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """Nobody answers any more."""
        assert self._server is not None and self._thread is not None
        self._server.should_exit = True
        self._thread.join(5)

    @property
    def base(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def places(self) -> Places:
        """As the client is told."""
        base = self.base
        return Places(f"{base}/o/oauth2/v2/auth", f"{base}/token", f"{base}/revoke", f"{base}/certs", base)

    def terms(self, **changes: object) -> GoogleTerms:
        """What an operator would set for it."""
        right: dict[str, object] = {"client_id": CLIENT, "client_secret": CLIENT_SECRET, "places": self.places()}
        return GoogleTerms(**right | changes)  # type: ignore[arg-type]  # a test names fields of the terms
