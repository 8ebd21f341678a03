"""How many detail pages fit into the time that is left: measured, not guessed (sourcing.md 4.4). Pure."""

from dataclasses import dataclass

RESERVE = 25.0
"""Seconds at the end that belong to reading, delivery and the last report."""
SHARE = 0.4
"""Of a short task's time, where the reserve would eat all of it."""
FIRST_GUESS = 1.0
"""Seconds that a page takes beside the host's interval, before one was measured."""
WEIGHT = 0.3
"""Of the newest measurement."""


def pages_in(left: float, limit: int, per_page: float) -> int:
    """Pages that fit into `left` seconds; at least one, at most `limit`. All of it is the caller's: see `Purse`."""
    return max(1, min(limit, int(left / max(per_page, 0.001))))


@dataclass(slots=True)
class Purse:
    """One task's time, in seconds of a monotonic clock's kind."""

    total: float
    per_page: float | None = None

    @property
    def reserve(self) -> float:
        """What is kept back."""
        return min(RESERVE, self.total * SHARE)

    def spent(self, seconds: float) -> None:
        """A page took that long, its wait for a slot included."""
        known = self.per_page
        self.per_page = seconds if known is None else known * (1 - WEIGHT) + seconds * WEIGHT

    def budget(self, elapsed: float, limit: int, interval: float) -> int:
        """Pages for which there is time now."""
        left = self.total - elapsed - self.reserve
        return pages_in(left, limit, self.per_page or interval + FIRST_GUESS)

    def fits(self, elapsed: float) -> bool:
        """Whether another page is likely to be read before the reserve begins."""
        return self.total - elapsed - self.reserve >= (self.per_page or 0.0)
