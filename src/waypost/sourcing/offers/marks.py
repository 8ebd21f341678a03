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


class Faceted(Protocol):
    """What marks are made of: a row of the catalogue."""

    source: str
    category: str | None
    company_key: str | None
    facets: dict[str, Any]


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
    for dimension, slugs in offer.facets.items():
        yield from (mark(dimension, one) for one in slugs if isinstance(one, str))


def filled_of(offer: Offer) -> list[str]:
    """Names of the fields that said anything; a placeholder says nothing."""
    empty = {None, "", NO_TITLE, *PLACEHOLDERS}
    return [name for name in FIELDS if (value := getattr(offer, name)) and str(value) not in empty]
