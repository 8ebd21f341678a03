"""Passwords: argon2id (RFC 9106) off the event loop, a few at a time, with equal effort for unknown accounts."""

import asyncio
import secrets
import unicodedata
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from waypost.platform.errors import Invalid

SHORTEST, LONGEST = 12, 1024
AT_ONCE = 2
"""Each hash takes 64 MiB and a core for tens of milliseconds."""


class PasswordUnsuitable(Invalid):
    """A password has 12 to 1024 characters."""


@dataclass(slots=True)
class Passwords:
    """Hashes and checks; tests bring a cheaper hasher."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """The encoded hash of a new password; refuses (422) one that is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise PasswordUnsuitable
        return await self._hash(password)

    async def check(self, known: str | None, password: str) -> bool:
        """Compare with the stored hash; None (no such account) takes as long and is never right."""
        stored = known or await self._hash_of_nobody()
        async with self._turns:
            right = await asyncio.to_thread(self._verify, stored, password)
        return right and known is not None

    async def better(self, known: str | None, password: str) -> str | None:
        """A new hash of a password just found right, when its stored one was made with weaker parameters."""
        outdated = known is not None and self.hasher.check_needs_rehash(known)
        return await self._hash(password) if outdated else None

    async def _hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self.hasher.hash, _normal(password))

    async def _hash_of_nobody(self) -> str:
        if self._nobodys is None:
            self._nobodys = await self._hash(secrets.token_urlsafe())
        return self._nobodys

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self.hasher.verify(stored, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def one_time_password() -> str:
    """16 characters to read out or paste once."""
    return secrets.token_urlsafe(12)


def _normal(password: str) -> str:
    """The same characters typed on another keyboard are the same password (NFKC, as NIST SP 800-63B asks)."""
    return unicodedata.normalize("NFKC", password)
