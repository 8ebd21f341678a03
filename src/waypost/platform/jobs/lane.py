"""One queue within a worker: how much of it is running, what waits in hand, and when to ask for more."""

from dataclasses import dataclass, field
from time import monotonic

from waypost.platform.jobs.claim import Claims
from waypost.platform.jobs.rotation import Rotation

AHEAD_SECONDS = 0.1
"""Jobs are fetched ahead for this long, not longer: another organisation's job must not wait behind what is in hand."""
AHEAD_MOST = 200
SMOOTHING = 0.2


@dataclass(slots=True)
class Lane:
    """`limit` is how many of the worker's hands this queue may use at once."""

    claims: Claims
    limit: int
    poll: float
    waiting: Rotation = field(default_factory=Rotation)
    running: int = 0
    hungry: bool = True
    """Whether there is reason to believe that the database has more."""
    _usual: float | None = None
    _asked: float = 0.0

    def wanted(self) -> int:
        """How many jobs to claim now; 0 while enough is in hand."""
        ahead = self._ahead()
        if len(self.waiting) > ahead // 2 or not (self.hungry or monotonic() - self._asked >= self.poll):
            return 0
        return max(0, self.limit - self.running) + ahead - len(self.waiting)

    def asking(self) -> None:
        """A claim begins: news that come from now on make it hungry again."""
        self.hungry, self._asked = False, monotonic()

    def ended(self, seconds: float) -> None:
        """A unit took so long; the next fetches are as far ahead as that allows."""
        self.running -= 1
        self._usual = seconds if self._usual is None else self._usual + SMOOTHING * (seconds - self._usual)

    def _ahead(self) -> int:
        if self._usual is None:
            return 0
        return min(AHEAD_MOST, int(self.limit * AHEAD_SECONDS / max(self._usual, 1e-5)))
