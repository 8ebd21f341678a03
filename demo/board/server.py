"""The board on a port of 127.0.0.1, in a thread of its own, with a log of what was asked."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import uvicorn
from starlette.types import Receive, Scope, Send

from demo.board.site import Answer, Site


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    path: str
    query: str
    at: float
    """Seconds of a monotonic clock."""
    headers: dict[str, str]

    @property
    def agent(self) -> str:
        """Who asked."""
        return self.headers.get("user-agent", "")


Answering = Callable[[Asked], Answer]


@dataclass(slots=True)
class Server:
    """Serves a site; `answering` may stand in front of it. A context manager."""

    site: Site = field(default_factory=Site)
    port: int = 0
    host: str = "127.0.0.1"
    log: list[Asked] = field(default_factory=list)
    answering: Answering | None = None
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    def start(self) -> "Server":
        """Listen."""
        config = uvicorn.Config(
            self._app, host=self.host, port=self.port, log_config=None, lifespan="off", ws="none", interface="asgi3"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.site.base = self.base
        return self

    def stop(self) -> None:
        """Nobody answers any more."""
        assert self._server is not None and self._thread is not None
        self._server.should_exit = True
        self._thread.join(5)

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://{self.host}:{self.port}"

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}
        asked = Asked(scope["path"], scope["query_string"].decode(), time.monotonic(), headers)
        self.log.append(asked)
        answer = self.answering(asked) if self.answering else self.site.answer(asked.path, asked.query)
        if answer.headers.get("etag") and headers.get("if-none-match") == answer.headers["etag"]:
            answer = Answer(304, b"", answer.kind, answer.headers)
        told = {"content-type": answer.kind, **answer.headers}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})
