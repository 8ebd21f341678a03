"""One offer as a board wrote it, made comparable (sourcing.md 4.7): by the scraper before it sends, by the catalogue
for its columns. Doing it twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from waypost.sourcing.digest.canonical import (
    contract_types,
    contracts_among,
    schedules_among,
    seniority,
    work_modes,
    work_schedules,
)
from waypost.sourcing.digest.categories import category_of
from waypost.sourcing.digest.cleaning import neat
from waypost.sourcing.digest.companies import company_key
from waypost.sourcing.digest.dates import moment
from waypost.sourcing.digest.dictionaries import CONTRACTS
from waypost.sourcing.digest.money import Money, salaries
from waypost.sourcing.digest.places import Place, places
from waypost.sourcing.digest.quality import (
    Reason,
    Rejection,
    lacking,
    quality_reason,
    quality_state,
    rejections,
)
from waypost.sourcing.digest.technologies import Technologies, technologies_of
from waypost.sourcing.wire.identity import identity_key
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.task import SourceTerms

CONTENT = tuple(
    name for name in Offer.model_fields if name not in {"raw_payload", "tags", "posted_at", "expires_at", "source"}
)
VERSION = 2
"""Of these rules; a rise has every kept offer read again."""


@dataclass(frozen=True, slots=True)
class Normal:
    """An offer and what it means."""

    offer: Offer
    """As it travels: trimmed, dates in ISO form, tags added, values canonical."""
    key: str
    """Its identity."""
    money: tuple[Money, ...]
    """Every variant of the salary; the first is the offer's."""
    places: tuple[Place, ...]
    company_key: str | None
    category: str | None
    facets: dict[str, Any]
    """Slugs by dimension: workModes, contractTypes, workSchedules, seniority, technologies (all of them),
    technologiesRequired, technologiesNiceToHave, places. Empty ones are absent."""
    posted_at: datetime | None
    expires_at: datetime | None
    is_expired: bool
    employment_type: str | None
    """The first contract; canonical where it is known."""
    content_hash: str
    """SHA-256 of what the board said, without the raw payload and without what was derived."""
    quality_state: str
    quality_reason: Reason
    rejections: tuple[Rejection, ...]
    unknown_contract: bool
    """A contract that no dictionary knows."""


def normalise(offer: Offer, *, now: datetime, terms: SourceTerms | None = None, category: str | None = None) -> Normal:
    """Read everything that can be read; nothing is refused, `rejections` says what speaks against keeping it.

    `category` is the run's only category or specialisation, where it asked for exactly one. `terms.recipe` may name the
    `currency` of a board that never writes it.
    """
    said = neat(offer)
    posted, expires = moment(said.posted_at, now, past=True), moment(said.expires_at, now)
    expired = bool(said.is_expired) or (expires is not None and expires <= now)
    known = technologies_of(said.details)
    somewhere = places(said.location)
    facets = _facets(said, known, somewhere)
    reason = quality_reason(said)
    contracts = facets.get("contractTypes", [])
    given = category or said.details.get("category")
    return Normal(
        offer=_written(said, posted, expires, expired, known),
        key=identity_key(said.source_id, said.url),
        money=salaries(said.salary or "", currency=_currency(terms)),
        places=somewhere,
        company_key=company_key(said.company or "") or None,
        category=category_of(said.title, said.url, known.all, given),
        facets=facets,
        posted_at=posted,
        expires_at=expires,
        is_expired=expired,
        employment_type=contracts[0] if contracts else None,
        content_hash=content_hash(said, posted, expires),
        quality_state=quality_state(said, reason, expired=expired),
        quality_reason=reason,
        rejections=rejections(said, expired=expired),
        unknown_contract=any(one not in CONTRACTS.slugs for one in contracts),
    )


def content_hash(said: Offer, posted: datetime | None, expires: datetime | None) -> str:
    """What tells one content from another; "2 days ago" does not differ from "3 days ago" a day later."""
    every = said.__dict__
    told = {name: value for name in CONTENT if (value := every[name])}
    days = [one and one.date().isoformat() for one in (posted, expires)]
    return sha256(msgspec.json.encode({**told, "days": days}, order="sorted")).hexdigest()


def _facets(said: Offer, known: Technologies, somewhere: Sequence[Place]) -> dict[str, Any]:
    details = said.details
    stated = details.get("contractTypes")
    found = {
        "workModes": work_modes(details.get("workModes")),
        "contractTypes": contract_types(stated) if stated else contracts_among(said.employment_type),
        "workSchedules": work_schedules(details.get("workSchedules")) or schedules_among(said.employment_type),
        "seniority": seniority(details.get("positionLevels")),
        "technologies": list(known.all),
        "technologiesRequired": list(known.required),
        "technologiesNiceToHave": list(known.nice_to_have),
        "places": list(dict.fromkeys(slug for one in somewhere for slug in one.slugs)),
    }
    if not found["workModes"] and "remote" in found["places"]:
        found["workModes"] = ["remote"]
    return {name: slugs for name, slugs in found.items() if slugs}


def _written(
    said: Offer, posted: datetime | None, expires: datetime | None, expired: bool, known: Technologies
) -> Offer:
    changed = {
        "posted_at": posted.isoformat() if posted else None,
        "expires_at": expires.isoformat() if expires else None,
        "is_expired": expired,
        "tags": list(dict.fromkeys((*said.tags, *lacking(said, known.all)))),
    }
    return said.model_copy(update=changed)


def _currency(terms: SourceTerms | None) -> str | None:
    named = terms.recipe.get("currency") if terms else None
    return named if isinstance(named, str) else None
