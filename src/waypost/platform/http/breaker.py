"""A circuit breaker that goes by time, not by luck: it opens when nothing worked for a while."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waypost.platform.clock import utc_now
from waypost.platform.errors import Unavailable


class Resting(Unavailable):
    """This service has not answered for a while; we let it rest."""


@dataclass(slots=True)
class _Trouble:
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Breaker:
    """One for a kind of outside service; each host (or other name) has its own state.

    After `patience` without one success a name rests for `rest`; then a single probe goes out, and its outcome decides.
    """

    patience: timedelta = timedelta(minutes=2)
    rest: timedelta = timedelta(minutes=1)
    clock: Callable[[], datetime] = utc_now
    _troubled: dict[str, _Trouble] = field(default_factory=dict)

    def ask(self, name: str) -> None:
        """May we call? Refuses with `Resting` and the time left; the first to ask after a rest is the probe."""
        trouble = self._troubled.get(name)
        if trouble is None or trouble.until is None:
            return
        left = trouble.until - self.clock()
        if left > timedelta(0):
            raise Resting(retry_after=left)
        trouble.until = self.clock() + self.rest

    def succeeded(self, name: str) -> None:
        """It answered: everything before is forgotten."""
        self._troubled.pop(name, None)

    def failed(self, name: str) -> None:
        """It did not answer; long enough without success and it rests."""
        now = self.clock()
        trouble = self._troubled.setdefault(name, _Trouble(now))
        if now - trouble.since >= self.patience:
            trouble.until = now + self.rest
