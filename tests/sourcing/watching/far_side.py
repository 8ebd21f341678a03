"""Far sides on loopback: a server that answers what a test says and remembers what it was asked."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = tuple[int, Any]
"""Status and body: JSON, or text where it is a string."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class FarSide:
    """`answers` by `METHOD /path` (without query); what has none is 404."""

    answers: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    base: str = ""
    media: dict[str, str] = field(default_factory=dict)
    """Content types by path; JSON otherwise."""
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    """Further headers of answers, by path."""

    def answer(self, asked: Asked) -> Answer:
        """What this request gets."""
        self.asked.append(asked)
        found = self.answers.get(f"{asked.method} {asked.path.partition('?')[0]}", (404, {"error": "Not Found"}))
        return found(asked) if callable(found) else found


@contextmanager
def far_side() -> Iterator[FarSide]:
    """A server for as long as the block lasts."""
    side = FarSide()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(side))
    side.base = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(side: FarSide) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._do()

        def do_POST(self) -> None:
            self._do()

        def _do(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = side.answer(Asked(self.command, self.path, headers, self.rfile.read(length)))
            content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            path = self.path.partition("?")[0]
            told = {"content-type": side.media.get(path, "application/json"), "content-length": str(len(content))}
            for name, value in (told | side.headers.get(path, {})).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: Any) -> None:
            """Tests are quiet."""

    return Handler
