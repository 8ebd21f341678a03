"""Encryption at rest: AES-256-GCM (NIST SP 800-38D) with a ring of keys, each sealed value bound to its place.

Sealed bytes: version (1) · key id (8) · nonce (12) · ciphertext with tag. The associated data names table, column,
organisation and row, so that a value copied into another row does not open.
"""

import hashlib
import os
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from waypost.platform.errors import Conflict

VERSION = b"\x01"
ID_BYTES = 8
NONCE_BYTES = 12
HEAD_BYTES = len(VERSION) + ID_BYTES + NONCE_BYTES


class CannotOpen(Conflict):
    """A stored secret cannot be opened with our keys."""


def place(table: str, column: str, org: UUID, row: UUID) -> str:
    """`table:column:org:id`, what a sealed value is bound to."""
    return f"{table}:{column}:{org}:{row}"


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals with the first key of the ring, opens with any of them."""

    keys: tuple[bytes, ...] = field(repr=False)

    @property
    def head(self) -> bytes:
        """How everything begins that the present key sealed."""
        return VERSION + _key_id(self.keys[0])

    def seal(self, data: bytes, about: str) -> bytes:
        """Encrypt `data` for the place `about`; equal data gives different bytes each time."""
        key, nonce = self.keys[0], os.urandom(NONCE_BYTES)
        head = VERSION + _key_id(key)
        return head + nonce + AESGCM(key).encrypt(nonce, data, head + about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Decrypt; refuses an unknown key, another place, altered bytes, all with the same sentence."""
        nonce, text = sealed[HEAD_BYTES - NONCE_BYTES : HEAD_BYTES], sealed[HEAD_BYTES:]
        head = sealed[: HEAD_BYTES - NONCE_BYTES]
        key = next((key for key in self.keys if VERSION + _key_id(key) == head), None)
        if key is None:
            raise CannotOpen
        try:
            return AESGCM(key).decrypt(nonce, text, head + about.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen from None

    def needs_rewrap(self, sealed: bytes) -> bool:
        """True when an older key sealed it: open and seal again at the next opportunity."""
        return not sealed.startswith(self.head)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"waypost key id" + key).digest()[:ID_BYTES]
