"""Google's quota for one mailbox: so many units in any sixty seconds, each call at a stated price.

The prices are those of the Gmail interface's page on usage limits as of this writing; they are ours to state, because
the provider changes them (a get of a message and a list cost 5, a page of history 2).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID


class Price(IntEnum):
    """Units of one call."""

    PROFILE = 1
    LIST = 5
    GET = 5
    HISTORY = 2
    WATCH = 100
    SEND = 100


@dataclass(slots=True)
class Bucket:
    """Lets calls pass evenly, with a small burst; any sixty seconds stay within `per_minute`.

    It is the generic cell rate algorithm: one moment says until when everything granted so far is paid for. The rate is
    lower than the quota by the burst, which may fall into the same minute, and by half of it again for calls that were
    granted earlier and arrive later.
    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _paid_until: float = 0.0
    _rests_until: float = 0.0

    @property
    def burst(self) -> float:
        """Units that may go out at once."""
        return min(200.0, self.per_minute / 10)

    @property
    def rate(self) -> float:
        """Units a second in the long run."""
        return (self.per_minute - 1.5 * self.burst) / 60

    async def take(self, units: int) -> None:
        """Wait until the call may go out."""
        now = self.clock()
        begins = max(self._paid_until, now)
        self._paid_until = begins + units / self.rate
        wait = max(self._paid_until - self.burst / self.rate, self._rests_until) - now
        if wait > 0:
            await self.sleep(wait)

    def rest(self, seconds: float) -> None:
        """Google said so: nothing goes out for a while."""
        self._rests_until = max(self._rests_until, self.clock() + seconds)


@dataclass(slots=True)
class Buckets:
    """One bucket for each mailbox of this process."""

    per_minute: int
    _of: dict[UUID, Bucket] = field(default_factory=dict)

    def of(self, mailbox: UUID) -> Bucket:
        """The mailbox's own."""
        return self._of.setdefault(mailbox, Bucket(self.per_minute))
