"""What a person looks for, as a plain value: parsed once from what was typed, kept as JSON, read by the score."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

WEIGHTS = {"high": 1.5, "medium": 1.0, "low": 0.7}
"""How much a competency counts (sourcing.md 4.10)."""
LEAST_CONFIDENCE = 0.2
"""A competency that its owner is less sure of still counts so much."""
LEVELS = ("intern", "junior", "mid", "senior", "lead", "manager", "director", "executive")
"""From the bottom up."""
WORK_MODES = ("remote", "hybrid", "onsite", "mobile")
CONTRACTS = (
    "uop",
    "b2b",
    "mandate",
    "specific-task",
    "internship",
    "substitution",
    "agency",
    "temporary-employment",
)
SCHEDULES = ("full-time", "part-time", "temporary", "shift", "flexible", "internship")
EMPLOYMENT = tuple(dict.fromkeys((*CONTRACTS, *SCHEDULES)))
"""What an employment type may be: a kind of contract, or a kind of schedule."""


@dataclass(frozen=True, slots=True)
class Competency:
    """Something a person can do, how much it matters to them, and how sure they are of it (0..1)."""

    name: str
    weight: str = "medium"
    confidence: float = 1.0

    @property
    def counts(self) -> float:
        """Its share in the sum of all."""
        return WEIGHTS[self.weight] * max(LEAST_CONFIDENCE, min(1.0, self.confidence))


@dataclass(frozen=True, slots=True)
class Wishes:
    """What would be nice (soft) or must be (hard). `salary` is a month's pay in whole units of `currency`."""

    levels: tuple[str, ...] = ()
    work_modes: tuple[str, ...] = ()
    employment: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    salary: int | None = None
    currency: str = "PLN"
    work_mode_weight: float = 1.0
    employment_weight: float = 1.0
    salary_weight: float = 1.0
    """Weights (0..1) count among soft wishes only."""


@dataclass(frozen=True)
class Profile:
    """One profile. `revision` counts its changes."""

    id: UUID
    name: str
    revision: int = 1
    roles: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    competencies: tuple[Competency, ...] = ()
    soft: Wishes = field(default_factory=Wishes)
    hard: Wishes = field(default_factory=Wishes)

    @classmethod
    def read(cls, id_: UUID, name: str, revision: int, stated: Mapping[str, Any]) -> "Profile":
        """From its JSON (`stated`)."""
        return cls(
            id_,
            name,
            revision,
            tuple(stated.get("roles", ())),
            tuple(stated.get("keywords", ())),
            tuple(Competency(**each) for each in stated.get("competencies", ())),
            _wishes(stated.get("soft", {})),
            _wishes(stated.get("hard", {})),
        )

    def stated(self) -> dict[str, Any]:
        """Everything but name and revision, as JSON."""
        return {
            "roles": list(self.roles),
            "keywords": list(self.keywords),
            "competencies": [
                {"name": one.name, "weight": one.weight, "confidence": one.confidence} for one in self.competencies
            ],
            "soft": _told(self.soft),
            "hard": _told(self.hard),
        }

    @property
    def ready(self) -> bool:
        """Whether it states anything that gives points."""
        return bool(self.roles or self.keywords or self.competencies)

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """All words of it, for whoever wants to guess a source from them."""
        return (*self.roles, *(one.name for one in self.competencies), *self.keywords)

    def filters(self) -> dict[str, Any]:
        """What a run may be asked for when its wish names no filters: canonical values; each source has its own words.

        Keys: `keywords` (text), `workModes`, `contractTypes`, `positionLevels` (canonical slugs), `location`,
        `salaryMin` (a month, whole units); a key that has nothing to say is absent.
        """
        must, nice = self.hard, self.soft
        found = {
            "keywords": (self.roles or self.keywords or tuple(one.name for one in self.competencies) or ("",))[0],
            "workModes": list(must.work_modes or nice.work_modes),
            "contractTypes": [one for one in must.employment or nice.employment if one in CONTRACTS],
            "positionLevels": list(must.levels or nice.levels),
            "location": next(iter(must.locations or nice.locations), ""),
            "salaryMin": must.salary or nice.salary,
        }
        return {name: value for name, value in found.items() if value}


def _wishes(stated: Mapping[str, Any]) -> Wishes:
    lists = ("levels", "work_modes", "employment", "locations")
    read: dict[str, Any] = {name: tuple(value) if name in lists else value for name, value in stated.items()}
    return Wishes(**read)


def _told(wishes: Wishes) -> dict[str, Any]:
    blank = Wishes()
    told = {name: getattr(wishes, name) for name in Wishes.__slots__}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in told.items()
        if value != getattr(blank, name) or name == "currency"
    }
