"""Reading one list and one offer as the adapter would, and saying what gave each field. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waypost.sourcing.adapters import registry
from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.adapters.found import Link, Listing
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.digest.money import Money
from waypost.sourcing.digest.normalise import normalise
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.queries import terms_of

LINKS, LONGEST, EXCERPT = 15, 400, 4_000


@dataclass(frozen=True, slots=True)
class Found:
    """A list as it was read."""

    links: tuple[Link, ...]
    count: int
    says_none: bool
    """The board says itself that nothing fits."""
    recommended: int
    next: tuple[str, ...]
    how: dict[str, str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """An offer as it was read. `fields` are (name, value, what gave it); `missing` what a complete one has."""

    fields: tuple[tuple[str, str, str], ...]
    missing: tuple[str, ...]
    normal: tuple[tuple[str, str], ...]
    """What we make of it: salary, places, contracts, …"""
    is_expired: bool


def read_list(source: Source, page: Page) -> Found:
    """Refuses with `BadRecipe` and `UnknownAdapter`."""
    way = registry.adapter(source.adapter)
    found: Listing = way.listing(page, way.recipe(source.recipe))
    return Found(found.links[:LINKS], len(found.links), found.zero, found.recommended, found.next, dict(found.how))


def read_offer(source: Source, page: Page, now: datetime, link: Link | None = None) -> Parsed:
    """The page of one offer, with what the list said beside it."""
    way = registry.adapter(source.adapter)
    detail = way.detail(page, way.recipe(source.recipe))
    draft = detail.draft
    if link is not None and link.summary is not None:
        draft.take(link.summary)
    return _parsed(source, draft, now, is_expired=detail.expired)


def read_entry(source: Source, link: Link, now: datetime) -> Parsed:
    """An offer that its list says all of (a feed)."""
    return _parsed(source, link.summary or Draft(link.url), now, is_expired=False)


def _parsed(source: Source, draft: Draft, now: datetime, *, is_expired: bool) -> Parsed:
    fields = tuple((name, _short(value), draft.how.get(name, "")) for name, value in draft.values.items())
    normal = normalise(draft.offer(source.key), now=now, terms=terms_of(source))
    said = {
        "salary": "; ".join(_money(each) for each in normal.money),
        "places": "; ".join(", ".join(each.slugs) for each in normal.places),
        "category": normal.category,
        "employment_type": normal.employment_type,
        "posted_at": normal.posted_at,
        "expires_at": normal.expires_at,
        **normal.facets,
    }
    known = tuple((name, _short(value)) for name, value in said.items() if value)
    return Parsed(fields, draft.missing, known, is_expired or normal.is_expired)


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _money(money: Money) -> str:
    """In minor units divided by a hundred, as most currencies have it."""
    amount = " to ".join(f"{each / 100:,.2f}" for each in dict.fromkeys((money.min, money.max)))
    said = (amount, money.currency, money.period and f"per {money.period}", money.kind)
    return " ".join(part for part in said if part)


def excerpt(page: Page) -> str:
    """The beginning of a page as it was sent."""
    return page.text[:EXCERPT]
