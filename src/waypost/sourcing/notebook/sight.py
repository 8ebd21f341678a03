"""An offer as the score sees it: folded text, canonical facts; what the board did not say is absent. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from waypost.sourcing.digest.money_words import WITHOUT_CENTS
from waypost.sourcing.notebook.phrases import LONGEST, folded
from waypost.sourcing.notebook.profile import LEVELS


class Described(Protocol):
    """What is read of an offer, a row of the catalogue or one that was made up."""

    title: str
    description: str
    location: str | None
    salary_monthly: int | None
    salary_currency: str | None
    facets: Mapping[str, Any]
    requirements: Sequence[str]
    tags: Sequence[str]


@dataclass(frozen=True)
class Sight:
    """One offer. Texts are folded, `pay` is the most a month in whole units."""

    title: str
    text: str
    location: str
    levels: tuple[str, ...] = ()
    work_modes: tuple[str, ...] = ()
    employment: tuple[str, ...] = ()
    pay: int | None = None
    currency: str = ""

    @classmethod
    def of(cls, offer: Described) -> "Sight":
        """From an offer's columns."""
        facets = offer.facets or {}
        technologies = _slugs(facets.get("technologies"))
        listed = "\n".join(map(str, (*(offer.requirements or ()), *technologies, *(offer.tags or ()))))
        return cls(
            title=folded(offer.title or ""),
            text=folded(f"{listed}\n{offer.description or ''}"[:LONGEST]),
            location=folded(offer.location or ""),
            levels=tuple(one for one in LEVELS if one in _slugs(facets.get("seniority"))),
            work_modes=_slugs(facets.get("workModes")),
            employment=(*_slugs(facets.get("contractTypes")), *_slugs(facets.get("workSchedules"))),
            pay=whole(offer.salary_monthly, offer.salary_currency),
            currency=offer.salary_currency or "",
        )

    @cached_property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}"

    @property
    def is_remote(self) -> bool:
        """Whether the place matters little."""
        return "remote" in self.work_modes

    @property
    def is_ambiguous(self) -> bool:
        """Whether it names levels that are more than one step apart."""
        ranks = [LEVELS.index(one) for one in self.levels]
        return bool(ranks) and max(ranks) - min(ranks) > 1


def whole(minor: int | None, currency: str | None) -> int | None:
    """Whole units of a currency from its minor ones."""
    return None if not minor else minor if currency in WITHOUT_CENTS else round(minor / 100)


def _slugs(found: Any) -> tuple[str, ...]:
    """A facet's values, whether it is a list or groups of lists (`{required, niceToHave, all}`)."""
    if isinstance(found, Mapping):
        return tuple(dict.fromkeys(one for group in found.values() for one in _slugs(group)))
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()
