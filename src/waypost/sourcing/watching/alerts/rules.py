"""Rules and how their state moves: a function of the state before, one sample and the time (pure).

A rule fires when its condition has held without a break for the whole of its duration, over at least three samples,
each with enough volume; it is resolved after the same time without it. Samples that failed to come for three minutes
break what was being measured: nobody knows what was in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

LEAST_SAMPLES = 3
EVERY = timedelta(seconds=60)
GAP = 3 * EVERY


class State(StrEnum):
    """Of a rule."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`above`: the condition is a value above the threshold, else one below it; strictly, as documented."""

    key: str
    above: bool
    threshold: float
    lasts: timedelta
    least: int
    """Volume below which nothing can be said."""
    level: Literal["page", "ticket"] = "ticket"

    def holds(self, sample: "Sample") -> bool:
        """Whether the condition is there; never without a value or volume."""
        if sample.value is None or sample.volume < self.least:
            return False
        return sample.value > self.threshold if self.above else sample.value < self.threshold


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. `says` is what people should know of it."""

    value: float | None
    volume: int
    says: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a rule stands; `since_at` and `clear_since_at` begin the stretch that is being measured."""

    state: State = State.INACTIVE
    since_at: datetime | None = None
    clear_since_at: datetime | None = None
    seen: int = 0
    sampled_at: datetime | None = None
    fired_at: datetime | None = None
    resolved_at: datetime | None = None


def step(rule: Rule, before: Standing, sample: Sample, now: datetime) -> Standing:
    """The next state. A sample of the moment that was sampled already changes nothing."""
    if before.sampled_at is not None and now <= before.sampled_at:
        return before
    broken = before.sampled_at is not None and now - before.sampled_at > GAP
    moved = _held(rule, before, now, broken) if rule.holds(sample) else _clear(rule, before, now, broken)
    return replace(moved, sampled_at=now)


def _held(rule: Rule, before: Standing, now: datetime, broken: bool) -> Standing:
    if before.state is State.FIRING:
        return replace(before, clear_since_at=None, seen=0)
    if before.state is not State.PENDING or broken or before.since_at is None:
        return Standing(state=State.PENDING, since_at=now, seen=1)
    seen = before.seen + 1
    if now - before.since_at >= rule.lasts and seen >= LEAST_SAMPLES:
        return Standing(state=State.FIRING, since_at=before.since_at, fired_at=now)
    return replace(before, seen=seen)


def _clear(rule: Rule, before: Standing, now: datetime, broken: bool) -> Standing:
    if before.state is not State.FIRING:
        return replace(before, state=State.INACTIVE, since_at=None, seen=0) if _began(before) else before
    if before.clear_since_at is None or broken:
        return replace(before, clear_since_at=now, seen=1)
    seen = before.seen + 1
    if now - before.clear_since_at >= rule.lasts and seen >= LEAST_SAMPLES:
        return replace(before, state=State.RESOLVED, since_at=None, clear_since_at=None, seen=0, resolved_at=now)
    return replace(before, seen=seen)


def _began(before: Standing) -> bool:
    return before.state is State.PENDING


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules by key; a part of a process. `sourced` ones are asked once for each source."""

    by_key: Mapping[str, Rule] = field(default_factory=dict)
    sourced: frozenset[str] = frozenset({"drift", "zero_yield", "silence"})

    def of(self, key: str) -> Rule | None:
        """None for a rule that this version does not know."""
        return self.by_key.get(key)
