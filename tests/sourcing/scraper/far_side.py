"""The API as a scraper meets it: a real server on loopback that checks each signature and remembers every call."""

import gzip
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pydantic import BaseModel

from waypost.sourcing.wire.canonical import payload_hash
from waypost.sourcing.wire.report import Completion, Heartbeat, OfferChunk
from waypost.sourcing.wire.signing import Judge, Signed

SECRET = "the secret of both sides"
SHAPES: dict[str, type[BaseModel]] = {"complete": Completion, "heartbeat": Heartbeat, "batch": OfferChunk}
Answer = tuple[int, dict[str, str], Any]
Reply = Callable[["Call"], Answer | None]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that held: its kind, its body as JSON, its headers."""

    kind: str
    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]
    at: float

    @property
    def event_id(self) -> str:
        """Of an event; heartbeats have none."""
        return str(self.body.get("eventId", "heartbeat"))


@dataclass(slots=True)
class FarSide:
    """`reply` may answer a call in its own way; what is taken stands in `taken`, all that came in `calls`."""

    port: int = 0
    reply: Reply = lambda call: None
    calls: list[Call] = field(default_factory=list)
    taken: list[Call] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """The callback address."""
        return f"http://127.0.0.1:{self.port}/api/job-sources/complete"

    def open(self) -> "FarSide":
        """Listen; again at the same port after `close`."""
        handler = type("Handler", (_Handler,), {"side": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def close(self) -> None:
        """From now on nobody answers."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def of(self, kind: str) -> list[Call]:
        """What was taken of a kind."""
        return [call for call in list(self.taken) if call.kind == kind]

    def ends(self, run_id: object) -> Counter[str]:
        """Event ids of the ends of a run, with how often each arrived."""
        return Counter(call.event_id for call in self.of("complete") if call.body["sourceRunId"] == str(run_id))

    def offers(self, run_id: object) -> dict[str, set[str]]:
        """Each offer of a run with the events that brought it."""
        found: dict[str, set[str]] = defaultdict(set)
        for call in self.of("batch"):
            for offer in call.body.get("jobs", ()) if call.body["sourceRunId"] == str(run_id) else ():
                found[offer["url"]].add(call.event_id)
        return dict(found)

    def judge(self, path: str, headers: Mapping[str, str], raw: bytes) -> Call:
        """A call whose signature, hash and shape hold; anything else is a fault that the test shows."""
        kind = path.rsplit("/", 1)[-1]
        body = json.loads(gzip.decompress(raw) if headers.get("content-encoding") == "gzip" else raw)
        SHAPES[kind].model_validate(body)
        word = {"heartbeat": "HEARTBEAT", "batch": "INGEST"}.get(kind) or body["status"]
        signed = Signed(
            run_id=body["sourceRunId"],
            status_word=word,
            task_run_id=body.get("runId", ""),
            request_id=headers.get("x-request-id", ""),
            event_id=body.get("eventId", "heartbeat"),
            body=raw,
        )
        fault = Judge([SECRET.encode()], tolerance=10**9).fault(headers, signed, time.time())
        assert fault is None, fault
        assert kind == "heartbeat" or body["payloadHash"] == payload_hash(body)
        return Call(kind, path, body, headers, time.time())


class _Handler(BaseHTTPRequestHandler):
    side: FarSide
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        raw = self.rfile.read(length)
        if len(raw) < length:
            return None
        try:
            call = self.side.judge(self.path, {name.lower(): value for name, value in self.headers.items()}, raw)
        except Exception as error:
            self.side.faults.append(f"{self.path}: {error!r}")
            return self._say(401, {}, {})
        self.side.calls.append(call)
        answer = self.side.reply(call)
        if answer is None or 200 <= answer[0] < 300:
            self.side.taken.append(call)
        self._say(*(answer or (200, {}, {"ok": True, "status": "RUNNING"})))

    def _say(self, status: int, headers: Mapping[str, str], body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def handle(self) -> None:
        """A scraper that was killed hangs up in the middle."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen."""


@contextmanager
def far_side(reply: Reply = lambda call: None) -> Iterator[FarSide]:
    """One, listening; at the end every call it had must have held."""
    side = FarSide(reply=reply).open()
    try:
        yield side
    finally:
        side.close()
        assert side.faults == []
