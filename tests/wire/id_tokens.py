"""An issuer of ID tokens on this machine: its keys are served over HTTP on loopback, its tokens made in the test."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

ISSUER = "https://accounts.google.com"
ACCOUNT = "scraper@project.iam.example"


@cache
def key(name: str) -> RSAKey:
    """A key of this name; making one takes a moment."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@dataclass(slots=True)
class Issuer:
    """Signs with the keys that it publishes."""

    address: str
    published: list[str] = field(default_factory=lambda: ["first"])
    asked: int = 0

    def token(self, audience: str, now: float, *, by: str = "first", **claims: Any) -> str:
        """A token as Google makes one; `claims` replace what it says, None leaves it out."""
        said = {
            "iss": ISSUER,
            "aud": audience,
            "sub": "1",
            "iat": int(now),
            "exp": int(now) + 3_600,
            "email": ACCOUNT,
            "email_verified": True,
            **claims,
        }
        told = {name: value for name, value in said.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": by}, told, key(by))


@contextmanager
def issuer() -> Iterator[Issuer]:
    """Serves its keys for as long as the block lasts."""
    made = Issuer("")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked += 1
            keys = KeySet([key(name) for name in made.published])
            body = json.dumps(keys.as_dict(private=False)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_address[1]}/certs"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
