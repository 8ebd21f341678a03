"""What the rules look at: one sample for each rule and subject, from counts and from how things stand (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from waypost.sourcing.offers.marks import FIELDS
from waypost.sourcing.watching.alerts.rules import Sample
from waypost.sourcing.watching.figures.queries import Counts, Standing
from waypost.sourcing.watching.figures.ratios import PLACES, four

USUAL = 0.5
"""A field that was filled less often than this before is not missed."""
LEAST_BASE = 50
"""Offers that make a base."""
YIELDING = 0.5
"""A source of whose runs fewer than this brought something is no source that yields."""

Subject = tuple[str, str]
"""Rule and, where it is about one, source."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A source with enabled schedules: how many, since when, and when a run of it last ended."""

    source: str
    schedules: int
    since_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look brought: the window of the rules, the last day, the 14 days before it, and the plans."""

    window: Counts
    day: Counts
    base: Counts
    now: Standing
    planned: tuple[Planned, ...]
    at: datetime


def samples(look: Looked) -> Mapping[Subject, Sample]:
    """All of them."""
    ratios = four(look.window, look.now)
    found = {(key, ""): Sample(each.value, each.volume) for key, each in ratios.items()}
    sources = {*look.day.words("seen"), *look.day.words("fresh.completed")}
    for source in sorted(sources):
        found["drift", source] = drift(look.day, look.base, source)
        found["zero_yield", source] = zero_yield(look.day, look.base, source)
    for plan in look.planned:
        found["silence", plan.source] = silence(plan, look.at)
    return found


def drift(day: Counts, base: Counts, source: str) -> Sample:
    """The deepest fall of a field's share against the base; `says` names the field."""
    seen, before = day.of("seen", source), base.of("seen", source)
    if not seen or before < LEAST_BASE:
        return Sample(None, seen)
    falls = [(_share(base, field, source, before) - _share(day, field, source, seen), field) for field in FIELDS]
    usual = [(fall, field) for fall, field in falls if _share(base, field, source, before) >= USUAL]
    if not usual:
        return Sample(None, seen)
    deepest, field = max(usual)
    return Sample(round(max(deepest, 0.0), PLACES), seen, field)


def zero_yield(day: Counts, base: Counts, source: str) -> Sample:
    """The share of completed runs that brought nothing, of a source that used to bring something."""
    runs, empty = day.of("fresh.completed", source), day.of("fresh.empty", source)
    before, barren = base.of("fresh.completed", source), base.of("fresh.empty", source)
    if not runs or (before and (before - barren) / before < YIELDING):
        return Sample(None, runs)
    return Sample(round(empty / runs, PLACES), runs)


def silence(plan: Planned, now: datetime) -> Sample:
    """Hours since a run of it ended, or since it was planned where none ever did."""
    since = max(filter(None, (plan.ended_at, plan.since_at)))
    return Sample(round((now - since).total_seconds() / 3600, 2), plan.schedules)


def subjects(found: Mapping[Subject, Sample], known: Iterable[Subject]) -> list[Subject]:
    """Those that were sampled, and those that have a state from before: they are quiet now."""
    return sorted({*found, *known})


def _share(counts: Counts, field: str, source: str, seen: int) -> float:
    return counts.of(f"filled.{field}", source) / seen
