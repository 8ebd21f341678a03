"""How much an offer says: reasons to refuse it, what it lacks, and how it was read (sourcing.md 3.8, 4.7)."""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Any

from waypost.sourcing.wire.offer import Offer

NO_TITLE = "Unknown title"
NO_DESCRIPTION = "No description found"
LISTING_ONLY = "Listing summary only"
PLACEHOLDERS = frozenset({NO_DESCRIPTION, LISTING_ONLY})
SALVAGE_TAG = "listing-salvage"
DEGRADED_TAG = "degraded-source"
SPARSE = 3
"""Fewer technologies than this are sparse."""
_STRUCTURED = ("technologies", "positionLevels", "workModes", "workSchedules", "contractTypes", "benefits", "sections")


class Reason(StrEnum):
    """`quality_reason`."""

    LISTING_SALVAGE = "listing_salvage"
    MISSING_REQUIRED_FIELDS = "missing_required_fields"
    LOW_CONTEXT = "low_context"
    DETAIL_FULL = "detail_full"
    DETAIL_PARTIAL = "detail_partial"


class Rejection(StrEnum):
    """Why an offer is not kept."""

    MISSING_URL = "missing_url"
    MISSING_TITLE = "missing_title"
    MISSING_DESCRIPTION = "missing_description"
    PLACEHOLDER_TITLE = "placeholder_title"
    PLACEHOLDER_DESCRIPTION = "placeholder_description"
    EXPIRED_OFFER = "expired_offer"


UNUSABLE = frozenset({Rejection.MISSING_URL, Rejection.MISSING_TITLE, Rejection.MISSING_DESCRIPTION})
"""Nothing can be kept of these; the others are the scraper's own sieve."""


def rejections(offer: Offer, *, expired: bool) -> tuple[Rejection, ...]:
    """Everything that speaks against it, the gravest first; a salvaged one may lack its description."""
    return tuple(_against(offer, expired))


def _against(offer: Offer, expired: bool) -> Iterator[Rejection]:
    if not offer.url:
        yield Rejection.MISSING_URL
    if not offer.title:
        yield Rejection.MISSING_TITLE
    if not offer.description:
        yield Rejection.MISSING_DESCRIPTION
    if offer.title == NO_TITLE:
        yield Rejection.PLACEHOLDER_TITLE
    if offer.description in PLACEHOLDERS and SALVAGE_TAG not in offer.tags:
        yield Rejection.PLACEHOLDER_DESCRIPTION
    if expired:
        yield Rejection.EXPIRED_OFFER


def quality_reason(offer: Offer) -> Reason:
    """How it was read."""
    if SALVAGE_TAG in offer.tags:
        return Reason.LISTING_SALVAGE
    if not all((offer.title, offer.company, offer.location, offer.url, offer.description)):
        return Reason.MISSING_REQUIRED_FIELDS
    details = structured(offer.details)
    if offer.description in PLACEHOLDERS and not offer.requirements and not details:
        return Reason.LOW_CONTEXT
    if details or offer.requirements or offer.apply_url or offer.source_company_profile_url:
        return Reason.DETAIL_FULL
    return Reason.DETAIL_PARTIAL


def quality_state(offer: Offer, reason: Reason, *, expired: bool) -> str:
    """ACCEPTED, REVIEW (says too little to be matched) or REJECTED (over, or without a name)."""
    if expired or offer.title == NO_TITLE:
        return "REJECTED"
    return "REVIEW" if reason is Reason.LOW_CONTEXT else "ACCEPTED"


def lacking(offer: Offer, technologies: Collection[str]) -> Iterator[str]:
    """Tags that say what is missing."""
    if not offer.employment_type and not offer.details.get("contractTypes"):
        yield "missing-employment-type"
    if not offer.requirements and not offer.details.get("requirements"):
        yield "missing-requirements"
    if len(technologies) < SPARSE:
        yield "sparse-technologies"


def structured(details: dict[str, Any]) -> bool:
    """Does it hold any detail that was read from structure?"""
    return bool(details) and any(details.get(name) for name in _STRUCTURED)
