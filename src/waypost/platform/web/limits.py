"""Rate limits: a sliding minute per bucket, in Redis when there is one, else in this process."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from math import floor
from time import time

from waypost.platform.errors import TooMany
from waypost.platform.observe.logs import line
from waypost.platform.observe.metrics import FALLBACKS
from waypost.platform.web.shared_counters import Shared, SharedSilent

WINDOW = 60.0
MOST_BUCKETS = 20_000
"""Buckets this process remembers; beyond it the longest untouched go, so that memory stays bounded."""
PROBE_SECONDS = 5.0
"""How long a Redis that failed is left alone before it is asked again."""

log = line("waypost.web.limits")


class RateLimited(TooMany):
    """Too many requests: the rate limit is reached."""


@dataclass(slots=True)
class Counter:
    """A sliding minute from two fixed ones: the last counts by the share of it that is still inside the window."""

    minute: int = 0
    now: int = 0
    before: int = 0

    def hit(self, limit: int, moment: float) -> float:
        """Count one when it fits; returns 0.0, or the seconds after which one would fit."""
        self._turn(floor(moment / WINDOW))
        left = 1 - (moment % WINDOW) / WINDOW
        if self.before * left + self.now + 1 <= limit:
            self.now += 1
            return 0.0
        return self._wait(limit, left * WINDOW)

    def _turn(self, minute: int) -> None:
        if minute != self.minute:
            self.before = self.now if minute == self.minute + 1 else 0
            self.now, self.minute = 0, minute

    def _wait(self, limit: int, rest: float) -> float:
        """Within this minute while the last one fades, else in the next while this one does."""
        if self.now < limit:
            return rest - WINDOW * (limit - 1 - self.now) / self.before
        return rest + WINDOW * (1 - (limit - 1) / self.now)


@dataclass(slots=True)
class Memory:
    """The counters of this process, the longest untouched first."""

    _counters: OrderedDict[str, Counter] = field(default_factory=OrderedDict)

    def hit(self, bucket: str, limit: int, moment: float) -> float:
        """Seconds to wait, 0.0 when the request fits."""
        counter = self._counters.pop(bucket, None) or Counter()
        self._counters[bucket] = counter
        if len(self._counters) > MOST_BUCKETS:
            self._counters.popitem(last=False)
        return counter.hit(limit, moment)


class Limiter:
    """Counts in Redis while it answers; else counts here, says so once, and asks it again every few seconds."""

    def __init__(self, redis_url: str | None = None, clock: Callable[[], float] = time) -> None:
        self._shared = _shared(redis_url) if redis_url else None
        self._memory, self._clock = Memory(), clock
        self._ask_again_at = 0.0
        self.alone = False
        """True since a configured Redis failed, until it answers again."""

    async def admit(self, bucket: str, per_minute: int) -> None:
        """Count one request of `bucket`; refuses with `RateLimited` (429, Retry-After) beyond `per_minute`; 0 = off."""
        if per_minute <= 0:
            return
        wait = await self._hit(bucket, per_minute)
        if wait > 0:
            raise RateLimited("Rate limit reached; try again later.", retry_after=timedelta(seconds=wait))

    async def close(self) -> None:
        """Let go of Redis."""
        if self._shared:
            await self._shared.close()

    async def _hit(self, bucket: str, limit: int) -> float:
        moment = self._clock()
        if self._shared and moment >= self._ask_again_at:
            try:
                wait = await self._shared.hit(bucket, limit)
            except SharedSilent as silent:
                self._ask_again_at = moment + PROBE_SECONDS
                self._now_alone(str(silent))
            else:
                self.alone = False
                return wait
        return self._memory.hit(bucket, limit, moment)

    def _now_alone(self, reason: str) -> None:
        if not self.alone:
            FALLBACKS.inc()
            log.warning("rate_limit.counting_alone", error=reason)
        self.alone = True


def _shared(redis_url: str) -> Shared:
    from waypost.platform.web.redis_limits import RedisCounters

    return RedisCounters(redis_url)
