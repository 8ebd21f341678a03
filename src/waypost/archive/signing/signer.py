"""The part that seals: a signature first, then as much lasting proof as authorities give at this moment.

A seal climbs step by step (B, T, LT, LTA), each step a few bytes behind the file, and stays where it must: the reason
is told, and `upgrade` goes on from there when the authorities are back (ruling 28). A file's own bytes never change.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from waypost.archive.signing import metrics
from waypost.archive.signing.authority import Authorities
from waypost.archive.signing.enquiries import Enquiries
from waypost.archive.signing.examine import Trust
from waypost.archive.signing.levels import Level, Sealed
from waypost.archive.signing.refusals import SIGNING_DISABLED, LevelNotReached, SigningKeyUnusable
from waypost.archive.signing.terms import SealTerms, TokenTerms
from waypost.platform.clock import utc_now

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer as Hand

    from waypost.archive.signing.climbing import Seat

Result = TypeVar("Result")

THREADS = 2
ROOM = 12_000
"""Bytes kept free for a token before one was seen; usual ones have 2,000 to 8,000."""


@dataclass(slots=True)
class Signer:
    """Signs files and raises them; a part. Both methods may run at once and are repeated without harm."""

    terms: SealTerms
    authorities: Authorities
    enquiries: Enquiries
    clock: Callable[[], datetime] = utc_now
    _hand: "Hand | None" = None
    _threads: ThreadPoolExecutor | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _room: int = ROOM

    @property
    def enabled(self) -> bool:
        """Whether files are signed at all."""
        return self.terms.key is not None

    @property
    def wanted(self) -> Level:
        """The level that is asked for."""
        return Level(self.terms.level) if self.enabled else Level.NONE

    async def seal(self, pdf: bytes) -> Sealed:
        """The signed file, at the highest level that can be had now and is wanted; `reason` says why not higher.

        Refuses with `SigningKeyUnusable` or `SealFailed` (stop), and, only when lower levels are not allowed, with
        `LevelNotReached` (again).
        """
        if not self.enabled:
            return Sealed(pdf, Level.NONE, SIGNING_DISABLED, "Signing is switched off (SIGNING_ENABLED).")
        from waypost.archive.signing import climbing

        seat = await self._seat()
        sealed = await climbing.seal(seat, pdf)
        return self._judged(sealed)

    async def upgrade(self, pdf: bytes) -> Sealed | None:
        """The same file with more behind it (its first bytes are `pdf`); None when there is nothing to gain yet.

        A file without T gets evidence and a document timestamp (`Level.DSS`), never a T that would pretend to be as
        old as its signature. A B-LTA file gets a newer timestamp before the newest one's certificate ends.
        """
        if not self.enabled:
            return None
        from waypost.archive.signing import climbing

        raised = await climbing.raised(await self._seat(), pdf)
        if raised is not None:
            metrics.SEALED.labels(raised.level.value).inc()
        return raised

    async def check(self) -> str:
        """Look at the key now: a word for operators, or `SigningKeyUnusable`; sets the figure of its end."""
        if not self.enabled:
            return "off"
        hand = await self._open()
        return f"{self.wanted.value}, certificate until {await self.run(self._moment, hand)}"

    async def trust(self, proven_at: datetime | None = None) -> Trust:
        """By what our own files are measured: the operator's certificates, the system's, and the key's own root."""
        roots = await self.run(self._roots)
        if self.enabled:
            with suppress(SigningKeyUnusable):
                hand = await self._open()
                roots += await self.run(self._own_roots, hand)
        return Trust(tuple(roots), self.clock(), proven_at=proven_at)

    async def run(self, function: Callable[..., Result], *args: Any) -> Result:
        """CPU work beside the loop; a token is asked by one thread at a time."""
        if self._threads is None:
            single = isinstance(self.terms.key, TokenTerms)
            self._threads = ThreadPoolExecutor(1 if single else THREADS, thread_name_prefix="seal")
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)

    async def close(self) -> None:
        """Give back what is open."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        await self.authorities.close()
        await self.enquiries.close()

    def needs(self, size: int) -> None:
        """A token was larger than the room: keep more from now on."""
        self._room = max(self._room, 2 * size)

    @property
    def room(self) -> int:
        """Bytes to keep free for a token; none where nobody gives one."""
        return self._room if self.authorities.enabled and self.wanted is not Level.B else 0

    async def _seat(self) -> "Seat":
        from waypost.archive.signing.climbing import Seat

        hand = await self._open()
        await self.run(self._moment, hand)
        return Seat(self, hand, self.clock())

    async def _open(self) -> "Hand":
        """The key, loaded once."""
        async with self._opening:
            if self._hand is None:
                self._hand = await self.run(self._load)
            return self._hand

    def _load(self) -> "Hand":
        from waypost.archive.signing.hands import FileHand, token_hand
        from waypost.archive.signing.key_files import read_key

        key = self.terms.key
        if key is None:
            raise SigningKeyUnusable
        return token_hand(key) if isinstance(key, TokenTerms) else FileHand(read_key(key))

    def _roots(self) -> list[bytes]:
        from waypost.archive.signing.anchors import trusted

        paths = (*self.terms.trusted, *self.authorities.terms.trusted)
        return [one.dump() for one in trusted(dict.fromkeys(paths), system=False)]

    def _own_roots(self, hand: "Hand") -> list[bytes]:
        from waypost.archive.signing.hands import own_roots

        return [one.dump() for one in own_roots(hand)]

    def _moment(self, hand: "Hand") -> str:
        """Refuse a key outside its time, whenever it is used."""
        from waypost.archive.signing.hands import check_moment, expires_at

        ends, now = expires_at(hand), self.clock()
        metrics.KEY_EXPIRES.set((ends - now).total_seconds())
        check_moment(hand, now)
        return str(ends.date())

    def _judged(self, sealed: Sealed) -> Sealed:
        """An operator may prefer to wait; what can never come by waiting stops nobody."""
        if sealed.reason and not self.terms.allow_lower and sealed.level is not self.wanted:
            raise LevelNotReached(f"{self.wanted.value} was not reached ({sealed.reason}): {sealed.detail}")
        metrics.SEALED.labels(sealed.level.value).inc()
        return sealed
