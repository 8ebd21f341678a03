"""The stand-in on a port of 127.0.0.1, in a thread of its own."""

import asyncio
import base64
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from tests.wire.certificate import Certificate
from tests.wire.zammad.faults import Fault
from tests.wire.zammad.routes import Asked, answered
from tests.wire.zammad.world import Call, World

API = "/api/v1"
Headers = dict[str, str]


@dataclass(slots=True)
class StandIn:
    """A running stand-in; change `world` as you like."""

    world: World = field(default_factory=World)
    port: int = 0
    certificate: Certificate | None = None
    """Speaks TLS with it."""
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    def start(self) -> "StandIn":
        """Listen; the port stays the same when it is started again."""
        tls: dict[str, Any] = {}
        if self.certificate is not None:
            tls = {"ssl_certfile": str(self.certificate.file), "ssl_keyfile": str(self.certificate.key)}
        config = uvicorn.Config(
            self._app, host="127.0.0.1", port=self.port, log_config=None, lifespan="off", interface="asgi3", **tls
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
        """Its address as an operator would write it down."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://127.0.0.1:{self.port}{self.world.prefix}"

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        body = await _body(receive)
        path = scope["path"].removeprefix(self.world.prefix)
        query = dict(pair.split("=", 1) for pair in _unquoted(scope["query_string"]) if "=" in pair)
        called = Call(scope["method"], path.removeprefix(API), query, _json(body))
        fault = self._fault(called)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "cut":
            return await _cut(send)
        status, value, more = self._answer(called, path, headers, fault)
        if fault and fault.kind == "lost_answer":
            return await _cut(send)
        await _sent(send, status, value, more)

    def _fault(self, called: Call) -> Fault | None:
        with self.world.lock:
            self.world.calls.append(called)
            return next((one for one in self.world.faults if one.takes(called.method, called.path)), None)

    def _answer(self, called: Call, path: str, headers: Headers, fault: Fault | None) -> tuple[int, Any, Headers]:
        if fault and fault.kind == "status":
            told = {"retry-after": fault.retry_after} if fault.retry_after else {}
            return fault.status, {"error": "scripted"}, told
        if fault and fault.kind in ("not_json", "wrong_shape"):
            return 200, b"<html>Sign in</html>" if fault.kind == "not_json" else {"unexpected": [1]}, {}
        who = self._who(headers)
        if who is None:
            return 401, {"error": "Invalid token", "error_human": "Invalid token"}, {}
        if not path.startswith(API):
            return 404, {"error": "No route matches"}, {}
        with self.world.lock:
            asked = Asked(self.world, who, called.method, called.path, called.query, called.body)
            status, value = answered(asked)
        return status, value, {}

    def _who(self, headers: Headers) -> int | None:
        """By token in any of the documented ways, or by login with the token as password."""
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            rest = base64.b64decode(rest).decode().partition(":")[2]
        who = self.world.tokens.get(rest.removeprefix("token="))
        behalf = headers.get("x-on-behalf-of")
        named = [key for key, one in self.world.people.items() if behalf in (str(key), one["login"], one["email"])]
        return (named[0] if named else None) if behalf and who else who


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _unquoted(query: bytes) -> list[str]:
    from urllib.parse import unquote_plus

    return [unquote_plus(pair) for pair in query.decode().split("&") if pair]


async def _cut(send: Send) -> None:
    """Promise more than is sent: the server closes the connection."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": False})


async def _sent(send: Send, status: int, value: Any, more: Headers) -> None:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    kind = b"application/octet-stream" if isinstance(value, bytes) else b"application/json; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(data)).encode())]
    headers += [(name.encode(), text.encode()) for name, text in more.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
