"""What is promised over 30 days, what was measured, and what is left of the allowance (pure; sourcing.md 5.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from waypost.platform.observe.tally import BOUNDS
from waypost.sourcing.watching.figures.queries import Counts
from waypost.sourcing.watching.figures.ratios import PLACES

DAYS = 30
SLOW_ABOVE = 0.6
"""Seconds: the documented objective of the 95th percentile, and one of the tally's bounds."""
QUANTILE = 0.95
AVAILABILITY, CALLBACKS, COMPLETION, LATENCY = "apiAvailability", "workerCallbackSuccess", "runCompletion", "latencyP95"
OBJECTIVES: dict[str, float] = {AVAILABILITY: 0.995, CALLBACKS: 0.99, COMPLETION: 0.95, LATENCY: SLOW_ABOVE}
"""Shares of good events; of latency the seconds that 95 of 100 answers may take."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Good ones among all."""

    good: int
    total: int

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return self.good / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slo:
    """One objective. `days` are the shares of its allowance that each day used up, the oldest first."""

    key: str
    objective: float
    actual: float | None
    budget_left: float | None
    """1 untouched, 0 used up, below 0 broken; None without volume."""
    volume: int
    days: Sequence["Day"] = ()

    def told(self) -> dict[str, Any]:
        """The documented three, and of how much they speak."""
        told = {"objective": self.objective, "actual": self.actual, "budgetLeft": self.budget_left}
        return told | {"volume": self.volume}


@dataclass(frozen=True, slots=True)
class Day:
    """What one day used of the whole window's allowance, and how many events it had."""

    day: date
    bad: int
    total: int
    used: float


def objectives(days: Mapping[date, Counts], dead: Mapping[date, int]) -> list[Slo]:
    """All four over the given days; `dead` are dead letters by day."""
    return [_slo(key, days, dead) for key in OBJECTIVES]


def _slo(key: str, days: Mapping[date, Counts], dead: Mapping[date, int]) -> Slo:
    by_day = {day: _good(key, counts, dead.get(day, 0)) for day, counts in sorted(days.items())}
    whole = Tally(sum(each.good for each in by_day.values()), sum(each.total for each in by_day.values()))
    allowed = (1 - _share_promised(key)) * whole.total
    used = [
        Day(day, each.total - each.good, each.total, _part(each.total - each.good, allowed))
        for day, each in by_day.items()
    ]
    left = None if not whole.total else round(1 - _part(whole.total - whole.good, allowed), PLACES)
    actual = p95(days.values()) if key == LATENCY else _rounded(whole.share)
    return Slo(key=key, objective=OBJECTIVES[key], actual=actual, budget_left=left, volume=whole.total, days=used)


def _share_promised(key: str) -> float:
    return QUANTILE if key == LATENCY else OBJECTIVES[key]


def _good(key: str, counts: Counts, dead: int) -> Tally:
    answers = counts.of("answers")
    if key == AVAILABILITY:
        return Tally(answers - counts.of("answers.faults"), answers)
    if key == LATENCY:
        return Tally(sum(counts.of(f"answers.within.{at}") for at in _quick()), answers)
    if key == CALLBACKS:
        tried = counts.of("deliveries") + dead
        return Tally(tried - counts.of("deliveries.rejected") - dead, tried)
    return Tally(counts.of("fresh.unaided"), counts.of("fresh.completed") + counts.of("fresh.failed"))


def p95(days: Iterable[Counts]) -> float | None:
    """Seconds under which 95 of 100 answers lie, within a bound by straight line; the last bound where it is above."""
    found = list(days)
    total = sum(each.of("answers") for each in found)
    if not total:
        return None
    wanted, so_far, lower = QUANTILE * total, 0.0, 0.0
    for at, bound in enumerate(BOUNDS, 1):
        here = sum(each.of(f"answers.within.{at}") for each in found)
        if so_far + here >= wanted and here:
            return round(lower + (bound - lower) * (wanted - so_far) / here, PLACES)
        so_far, lower = so_far + here, bound
    return BOUNDS[-1]


def _quick() -> list[int]:
    return [at for at, bound in enumerate(BOUNDS, 1) if bound <= SLOW_ABOVE]


def _part(bad: int, allowed: float) -> float:
    if not allowed:
        return 0.0
    return round(bad / allowed, PLACES)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)
