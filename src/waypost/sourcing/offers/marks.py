"""How an offer is found: facets as marks among its words, and which of its fields said anything."""

from collections.abc import Iterator
from typing import Any, Protocol

from waypost.sourcing.digest.quality import NO_TITLE, PLACEHOLDERS
from waypost.sourcing.wire.offer import Offer

SIGN = "="
"""Begins every mark: no word of a text does, since the text parser takes it for a separator."""
FIELDS = (
    "title",
    "description",
    "company",
    "location",
    "salary",
    "employment_type",
    "posted_at",
    "expires_at",
    "apply_url",
    "requirements",
    "details",
    "source_id",
)
"""Fields whose filling is watched."""


STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50)
"""Thousands a month: an offer is marked with every step that its pay reaches, and a question asks for one of them."""
STANDING = f"{SIGN}standing"
_NOTHING = frozenset({NO_TITLE, *PLACEHOLDERS})


class Faceted(Protocol):
    """What marks are made of: a row of the catalogue."""

    source: str
    category: str | None
    company_key: str | None
    facets: dict[str, Any]
    is_expired: bool
    salary_monthly: int | None
    salary_currency: str | None


def mark(dimension: str, slug: str) -> str:
    """`=workModes:remote`."""
    return f"{SIGN}{dimension}:{slug}"


def marks_of(offer: Faceted) -> list[str]:
    """Every mark of an offer, in order and once."""
    return sorted(set(_marks(offer)))


def _marks(offer: Faceted) -> Iterator[str]:
    yield mark("source", offer.source)
    if offer.category:
        yield mark("category", offer.category)
    if offer.company_key:
        yield mark("company", offer.company_key)
    if not offer.is_expired:
        yield STANDING
    if offer.salary_monthly and offer.salary_currency:
        yield from (mark(f"pay:{offer.salary_currency}", str(one)) for one in reached(offer.salary_monthly))
    for dimension, slugs in offer.facets.items():
        yield from (mark(dimension, one) for one in slugs if isinstance(one, str))


def reached(monthly: int) -> list[int]:
    """The steps up to so many minor units a month."""
    return [step for step in STEPS if step * 100_000 <= monthly]


def filled_of(offer: Offer) -> list[str]:
    """Names of the fields that said anything; a placeholder says nothing."""
    told = offer.__dict__
    return [name for name in FIELDS if (value := told[name]) and not (type(value) is str and value in _NOTHING)]
