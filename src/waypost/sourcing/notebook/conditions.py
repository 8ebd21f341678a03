"""Hard conditions of a profile: what an offer breaks, and what it leaves unsaid. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from waypost.sourcing.notebook.phrases import phrase
from waypost.sourcing.notebook.profile import LEVELS, Wishes
from waypost.sourcing.notebook.sight import Sight


@dataclass(frozen=True, slots=True)
class Violation:
    """A condition that an offer breaks: `seniority`, `workModes`, `employmentTypes`, `minSalary`, `locations`."""

    key: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: broken conditions, and conditions of which nothing can be said."""

    violations: tuple[Violation, ...] = ()
    gaps: tuple[str, ...] = ()


def judged(hard: Wishes, seen: Sight) -> Verdict:
    """Each condition that is stated, against what the offer says of it."""
    found = list(_each(hard, seen))
    broken = tuple(one for one in found if isinstance(one, Violation))
    return Verdict(broken, tuple(one for one in found if isinstance(one, str)))


def _each(hard: Wishes, seen: Sight) -> Iterator[Violation | str]:
    if hard.levels:
        yield from _seniority(hard.levels, seen.levels)
    if hard.work_modes:
        yield from _among("workModes", hard.work_modes, seen.work_modes)
    if hard.employment:
        yield from _among("employmentTypes", hard.employment, seen.employment)
    if hard.salary:
        yield from _salary(hard, seen)
    if hard.locations and not seen.is_remote:
        yield from _place(hard.locations, seen.location)


def _seniority(allowed: tuple[str, ...], levels: tuple[str, ...]) -> Iterator[Violation | str]:
    """Broken when even the lowest level it asks for is above the highest that is allowed."""
    if not levels:
        yield "seniority"
    elif min(map(LEVELS.index, levels)) > max(map(LEVELS.index, allowed)):
        yield Violation("seniority", allowed, levels)


def _among(key: str, allowed: tuple[str, ...], found: tuple[str, ...]) -> Iterator[Violation | str]:
    if not found:
        yield key
    elif not set(allowed) & set(found):
        yield Violation(key, allowed, found)


def _salary(hard: Wishes, seen: Sight) -> Iterator[Violation | str]:
    """Another currency cannot be compared: rates change, scores do not."""
    assert hard.salary is not None
    if seen.pay is None or (seen.currency and seen.currency != hard.currency):
        yield "minSalary"
    elif seen.pay < hard.salary:
        yield Violation("minSalary", (f"{hard.salary} {hard.currency}",), (f"{seen.pay} {hard.currency}",))


def _place(allowed: tuple[str, ...], location: str) -> Iterator[Violation | str]:
    if not location.strip():
        yield "locations"
    elif not any(phrase(one).within(location) for one in allowed):
        yield Violation("locations", allowed, (location.strip(),))
