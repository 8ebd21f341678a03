"""A host's timeline as far as it was given to us: when the next request may leave (ADR 0029).

Slots that pass unused are gone. Within a stretch a late request may still leave in its own slot; the last slot of a
stretch only punctually, since the time after it may be somebody else's. Two requests of ours are never nearer to each
other than the interval (or the site's Crawl-delay, where that is longer).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waypost.sourcing.wire.task import Budget

PUNCTUAL, AT_LEAST = 0.25, timedelta(milliseconds=50)
"""Part of an interval by which the last slot may be late, and what no machine can keep below."""
JITTER = 0.1
"""Part of an interval by which a request may be late without pushing the next one: waking up is never exact."""
GRACE = timedelta(seconds=60)
"""How long a stretch without any interval stays good."""
SAME_CLOCK = timedelta(seconds=2)
"""Differences below it are the way of the answer, not of the clocks."""


@dataclass(slots=True)
class Stretch:
    """One grant."""

    first_at: datetime
    interval: timedelta
    slots: int
    used: int = 0

    def next(self, earliest: datetime) -> tuple[int, datetime] | None:
        """The first slot that can still be used, and when."""
        for index in range(self.used, self.slots):
            at = self.first_at + index * self.interval
            when = max(at, earliest)
            if when <= self._closes(index, at):
                return index, when
        return None

    def left(self, earliest: datetime) -> int:
        """Slots that can still be used."""
        following = self.next(earliest)
        return 0 if following is None else self.slots - following[0]

    def _closes(self, index: int, at: datetime) -> datetime:
        if not self.interval:
            return at + GRACE
        return at + (self.interval if index + 1 < self.slots else max(AT_LEAST, self.interval * PUNCTUAL))


@dataclass(slots=True)
class Timeline:
    """All stretches of one run, by host."""

    stretches: dict[str, list[Stretch]] = field(default_factory=lambda: defaultdict(list))
    delays: dict[str, timedelta] = field(default_factory=dict)
    """Crawl-delay of hosts that ask for one."""
    last: dict[str, datetime] = field(default_factory=dict)

    def note(self, budgets: Iterable[Budget], *, told_at: datetime | None = None, heard_at: datetime) -> None:
        """Keep what was granted. `told_at`: the giver's clock (`heartbeatAt`), by which ours is set right."""
        ahead = heard_at - told_at if told_at else timedelta(0)
        shift = ahead if abs(ahead) > SAME_CLOCK else timedelta(0)
        for one in budgets:
            if one.slots:
                step = timedelta(milliseconds=one.interval_ms)
                self.stretches[one.host.lower()].append(Stretch(one.first_at + shift, step, one.slots))

    def next(self, host: str, now: datetime) -> datetime | None:
        """When the next request may leave; None without leave."""
        found = self._found(host, now)
        return found[2] if found else None

    def take(self, host: str, now: datetime) -> bool:
        """Use the slot that is open now; False where none is."""
        found = self._found(host, now)
        if found is None or found[2] > now:
            return False
        stretch, index, _ = found
        stretch.used = index + 1
        slot = stretch.first_at + index * stretch.interval
        slack = stretch.interval * JITTER if not self.delays.get(host) else timedelta(0)
        self.last[host] = max(slot, now - slack)
        return True

    def left(self, host: str, now: datetime) -> int:
        """Requests for which there is leave."""
        earliest = self._earliest(host, now, timedelta(0))
        return sum(one.left(earliest) for one in self.stretches[host])

    def _found(self, host: str, now: datetime) -> tuple[Stretch, int, datetime] | None:
        known = self.stretches[host]
        known[:] = [one for one in known if one.left(now)]
        for one in sorted(known, key=lambda stretch: stretch.first_at):
            slot = one.next(self._earliest(host, now, one.interval))
            if slot is not None:
                return one, *slot
        return None

    def _earliest(self, host: str, now: datetime, interval: timedelta) -> datetime:
        if host not in self.last:
            return now
        return max(now, self.last[host] + max(interval, self.delays.get(host, timedelta(0))))
