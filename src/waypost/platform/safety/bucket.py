"""A token bucket for each sender: bursts are welcome, floods are told when to come back."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

MOST = 10_000
"""Senders remembered; beyond them the longest silent go."""
NEVER = 3600.0


@dataclass(slots=True)
class Buckets:
    """Capacity `burst`, refilled by `rate` a second; a new sender's is full, and a rate of 0 never refills."""

    rate: float
    burst: int
    clock: Callable[[], float] = monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, sender: str, cost: int = 1) -> float:
        """Take `cost`; 0.0 when there was enough, else the seconds after which there is.

        A cost beyond the burst empties a full bucket.
        """
        now = self.clock()
        left, since = self._left.pop(sender, (float(self.burst), now))
        left = min(self.burst, left + (now - since) * self.rate)
        needed = min(cost, self.burst)
        wait = 0.0 if left >= needed else (needed - left) / self.rate if self.rate else NEVER
        self._left[sender] = (left - needed if wait == 0.0 else left, now)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
        return wait
