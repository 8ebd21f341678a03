"""A second time authority that shares no code with the first: `openssl ts` behind a small HTTP server on loopback.

It does what it is told first (`script`), then answers properly: so each test says which misfortune comes before.
"""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.wire.authority.certomancer import Pki

CONFIG = """\
[tsa]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(slots=True)
class Fault:
    """One answer that is no token."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    media: str = "application/timestamp-reply"
    hang: float = 0


@dataclass(slots=True)
class Stand:
    """The authority: what it was asked, and what it does next."""

    folder: Path
    pki: Pki
    port: int = 0
    media: str = "application/timestamp-reply"
    script: list[Fault | bytes] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/tsa"

    def stamp(self, query: bytes) -> bytes:
        """What `openssl ts -reply` answers."""
        asked, answered = self.folder / "query.tsq", self.folder / "answer.tsr"
        asked.write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", str(self.folder / "ts.cnf"), "-section", "tsa"]
        certificates = self.pki.folder / "certs"
        command += ["-queryfile", str(asked), "-signer", str(certificates / "tsa.pem")]
        command += ["-inkey", str(self.pki.folder / "keys" / "tsa.pem"), "-chain", str(certificates / "root.pem")]
        subprocess.run([*command, "-out", str(answered)], check=True, capture_output=True)
        return answered.read_bytes()


@contextmanager
def standing(folder: Path, pki: Pki) -> Iterator[Stand]:
    """The authority for as long as the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ts.cnf").write_text(CONFIG.format(folder=folder), "utf-8")
    (folder / "serial").write_text("01\n", "utf-8")
    stand = Stand(folder, pki)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(stand))
    server.daemon_threads = True
    stand.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stand
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handler(stand: Stand) -> type[BaseHTTPRequestHandler]:
    """Requests that end at one stand."""

    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            stand.asked.append(query)
            stand.headers.append({name.lower(): value for name, value in self.headers.items()})
            told = stand.script.pop(0) if stand.script else stand.stamp(query)
            fault = told if isinstance(told, Fault) else Fault(body=told, media=stand.media)
            time.sleep(fault.hang)
            self.send_response(fault.status)
            headers = {"content-type": fault.media, "content-length": str(len(fault.body)), **fault.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(fault.body)

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    return Asked
