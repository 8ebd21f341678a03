"""What a web process answered, by organisation: gathered in memory for seconds, then written down by who shows it."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

BOUNDS = (0.05, 0.1, 0.25, 0.6, 1.0, 2.5, 10.0)
"""Seconds; an answer counts in the first bound that it is not above, and in none when it took longer."""
MOST_LINES = 2_000
"""Lines that wait to be written; while the database is away the newest push the oldest out."""
FAULT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer. `path` is the route's template; `needs` the key that its door asks for, `may` whether it was had."""

    at: datetime
    method: str
    path: str
    status: int
    seconds: float
    request_id: str
    org: UUID | None = None
    """None where nobody in particular asked."""
    person: UUID | None = None
    needs: str | None = None
    may: bool = True
    code: str | None = None
    """What a program was told that it was refused with; None where its answer named none."""


@dataclass(slots=True)
class Bin:
    """Answers of one minute, organisation and path."""

    total: int = 0
    faults: int = 0
    within: list[int] = field(default_factory=lambda: [0] * len(BOUNDS))

    def add(self, answer: Answered) -> None:
        """One more."""
        self.total += 1
        self.faults += answer.status >= FAULT
        place = next((at for at, bound in enumerate(BOUNDS) if answer.seconds <= bound), None)
        if place is not None:
            self.within[place] += 1


Key = tuple[UUID, datetime, str]
"""Organisation, minute, path."""


@dataclass(slots=True)
class Tally:
    """Of one process. What nobody has taken yet is lost with it, so it is taken every few seconds and at its end.

    A fault that came before anybody was known (the database was away) is one for every organisation served here.
    """

    ours: tuple[str, ...] = ()
    """Paths whose refusals and permissions are kept as lines begin with one of these."""
    bins: dict[Key, Bin] = field(default_factory=dict)
    lines: deque[Answered] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    served: set[UUID] = field(default_factory=set)

    def note(self, answer: Answered) -> None:
        """Called once for each answer; never fails and never waits."""
        if answer.org is not None:
            self.served.add(answer.org)
            self._count(answer.org, answer)
            if answer.path.startswith(self.ours) and (answer.status >= 400 or answer.needs is not None):
                self.lines.append(answer)
        elif answer.status >= FAULT:
            for org in self.served:
                self._count(org, answer)

    def take(self) -> tuple[Mapping[Key, Bin], list[Answered]]:
        """All of it; what comes from now on is counted anew."""
        bins, self.bins = self.bins, {}
        lines = list(self.lines)
        self.lines.clear()
        return bins, lines

    def give_back(self, bins: Mapping[Key, Bin], lines: list[Answered]) -> None:
        """What could not be written stands in front again."""
        for key, old in bins.items():
            kept = self.bins.setdefault(key, Bin())
            kept.total, kept.faults = kept.total + old.total, kept.faults + old.faults
            kept.within = [one + other for one, other in zip(kept.within, old.within, strict=True)]
        room = MOST_LINES - len(self.lines)
        self.lines.extendleft(reversed(lines[max(0, len(lines) - room) :]))

    def _count(self, org: UUID, answer: Answered) -> None:
        minute = answer.at.replace(second=0, microsecond=0)
        self.bins.setdefault((org, minute, answer.path), Bin()).add(answer)


def of_scope(scope: Mapping[str, Any], name: str) -> Any:
    """What a request's state holds under a name; None where it has nothing."""
    return scope.get("state", {}).get(name)
