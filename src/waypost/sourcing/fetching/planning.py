"""Which of several queries suits a person best: each is asked once, and that one answer serves probe and crawl.

Only for runs whose address is made of filters and whose owner allows them to be loosened: an address that a person
gave is never replaced (sourcing.md 4.2, step 2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_SPECIAL = 3
Filters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """One query."""

    name: str
    filters: dict[str, Any]
    loosened: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """What a query found."""

    stage: Stage
    links: int
    blocked_rate: float = 0.0
    """Share of its list that was refused. One that was refused altogether is not among those to choose from."""
    recommended_rate: float = 0.0
    """Recommended links among all."""
    summaries: int = 0


def stages(filters: Filters, matching: Filters | None = None) -> list[Stage]:
    """`base`, the person's specialisations, then wider and wider; a stage that changes nothing is left out."""
    told = [Stage("base", dict(filters))]
    special = list((matching or {}).get("specializations") or [])[:MOST_SPECIAL]
    if special:
        told.append(Stage("specialization", {**filters, "specializations": special}))
    hard = never_given_up(matching)
    return told + [one for one in _wider(told[-1].filters, hard) if one.filters != filters]


def never_given_up(matching: Filters | None) -> set[str]:
    """A person's hard constraints: the filters that `hard` names; all that they match by where it is absent."""
    told = matching or {}
    hard = set(told.get("hard", told.keys()))
    return hard | {"radiusKm"} if "location" in hard else hard


def _wider(filters: Filters, hard: set[str]) -> Sequence[Stage]:
    told, here = [], dict(filters)
    if "location" in here and "radiusKm" not in hard:
        for radius in (75, 150):
            if int(here.get("radiusKm") or 0) < radius:
                here = {**here, "radiusKm": radius}
                told.append(Stage(f"broaden_radius_{radius}", here, loosened=True))
    for name, dropped in (
        ("remove_seniority_band", ("positionLevels",)),
        ("remove_location", ("location", "radiusKm")),
    ):
        if any(one in here for one in dropped) and not hard.intersection(dropped):
            here = {key: value for key, value in here.items() if key not in dropped}
            told.append(Stage(name, here, loosened=True))
    return told


def score(probe: Probe, least: int, most: int) -> float:
    """Lower is better: the distance to the window, and what makes a list doubtful."""
    distance = max(0, least - probe.links, probe.links - most)
    return distance + 40 * probe.blocked_rate + 15 * probe.recommended_rate + (0 if probe.summaries else 4)


def fits(probe: Probe, least: int, most: int) -> bool:
    """Inside the window."""
    return least <= probe.links <= most


def best(probes: Sequence[Probe], least: int, most: int) -> Probe:
    """The lowest score; of equals the later one."""
    return min(reversed(probes), key=lambda one: score(one, least, most))
