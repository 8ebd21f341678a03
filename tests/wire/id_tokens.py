"""An issuer of ID tokens on this machine: its keys are served over HTTP on loopback, its tokens made in the test."""

import hmac
import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
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


def lies(true: str) -> dict[str, str]:
    """Tokens that say what a true one says, and that its issuer never signed."""
    head, body, mark = true.split(".")
    return {
        "no signature": f"{head}.{body}.",
        "changed signature": f"{head}.{body}.{mark[:-4]}AAAA",
        "changed claims": f"{head}.{_head(**_unpacked(body) | {'sub': '2'})}.{mark}",
        "in another order": f"{body}.{head}.{mark}",
        "alg none": f"{_head(alg='none')}.{body}.",
        "alg none, signed": f"{_head(alg='none', kid='first')}.{body}.{mark}",
        "public key as a shared secret": _shared(body),
        "no algorithm": f"{_head(kid='first')}.{body}.{mark}",
        "a key that is not published": jwt.encode({"alg": "RS256", "kid": "first"}, _unpacked(body), key("strange")),
        "a key of its own in the head": _own_key(body),
        "no token at all": "x.y.z",
        "five parts": f"{true}.{body}.{mark}",
        "too long": "a" * 9_000,
    }


def _shared(body: str) -> str:
    """For a reader that lets the token choose its algorithm."""
    head = _head(alg="HS256", kid="first")
    mark = hmac.new(key("first").as_pem(private=False), f"{head}.{body}".encode(), sha256).digest()
    return f"{head}.{body}.{_packed(mark)}"


def _own_key(body: str) -> str:
    """For a reader that lets the token bring its key."""
    head = {"alg": "RS256", "kid": "first", "jwk": key("strange").as_dict(private=False)}
    return jwt.encode(head, _unpacked(body), key("strange"))


def _head(**said: Any) -> str:
    return _packed(json.dumps(said).encode())


def _packed(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _unpacked(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


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
