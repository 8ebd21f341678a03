"""Signed links: what a stranger may fetch or do with an address alone, for one purpose, until it expires.

Token: base64url(body) `.` base64url(HMAC-SHA256). The body carries the key's id, the expiry, the organisation and plain
claims; the purpose is part of what is signed but not of the token, so a link for one purpose is void for another.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from waypost.platform.errors import NotFound

ID_BYTES = 4
HEAD_BYTES = ID_BYTES + 8 + 16
LONGEST = 4096


class LinkRefused(NotFound):
    """This link is not valid."""


class LinkExpired(NotFound):
    """This link has expired."""


@dataclass(frozen=True, slots=True)
class Link:
    """A verified link: whose it is, what it says, how long it holds."""

    org: UUID
    claims: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Links:
    """Signs with the first key, verifies with any; keys are 32 bytes, current first."""

    keys: tuple[bytes, ...] = field(repr=False)

    def sign(self, purpose: str, org: UUID, claims: Mapping[str, str], expires_at: datetime) -> str:
        """A URL-safe token; claims are short plain values (ids, a file name), expiry is kept in whole seconds."""
        key = self.keys[0]
        head = _key_id(key) + int(expires_at.timestamp()).to_bytes(8, "big") + org.bytes
        body = head + json.dumps(dict(claims), separators=(",", ":"), ensure_ascii=False).encode()
        return f"{_encode(body)}.{_encode(_mac(key, purpose, body))}"

    def read(self, purpose: str, token: str, now: datetime) -> Link:
        """The link behind a token. Refuses (404) what we did not sign for this purpose, and what has expired."""
        body, mac = _decode(token)
        if not any(_key_id(key) == body[:ID_BYTES] and _same(key, purpose, body, mac) for key in self.keys):
            raise LinkRefused
        expires_at = datetime.fromtimestamp(int.from_bytes(body[ID_BYTES : ID_BYTES + 8], "big"), UTC)
        if expires_at <= now:
            raise LinkExpired
        return Link(UUID(bytes=body[HEAD_BYTES - 16 : HEAD_BYTES]), json.loads(body[HEAD_BYTES:]), expires_at)


def _mac(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + body, hashlib.sha256)


def _same(key: bytes, purpose: str, body: bytes, mac: bytes) -> bool:
    return hmac.compare_digest(_mac(key, purpose, body), mac)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"waypost link key id" + key).digest()[:ID_BYTES]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(token: str) -> tuple[bytes, bytes]:
    parts = token.split(".")
    if len(parts) != 2 or len(token) > LONGEST:
        raise LinkRefused
    try:
        body, mac = (base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True) for part in parts)
    except (binascii.Error, ValueError):
        raise LinkRefused from None
    return body, mac
