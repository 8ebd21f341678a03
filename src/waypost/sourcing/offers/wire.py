"""Offers of the catalogue as JSON: snake_case, amounts in minor units, times in ISO 8601."""

from collections.abc import Iterable
from typing import Any

from waypost.sourcing.offers.models import JobOffer, OfferObservation, RunOffer

PLAIN = (
    "id",
    "source",
    "source_id",
    "url",
    "apply_url",
    "title",
    "company",
    "location",
    "salary",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "salary_kind",
    "employment_type",
    "category",
    "facets",
    "tags",
    "quality_state",
    "quality_reason",
    "is_expired",
    "posted_at",
    "expires_at",
    "first_seen_at",
    "last_seen_at",
)
WHOLE = (*PLAIN, "description", "requirements", "details", "source_company_profile_url", "content_hash", "run_id")
TOLD = (
    "id",
    "observed_at",
    "run_id",
    "via",
    "content_hash",
    "parser_version",
    "normalisation_version",
    "title",
    "company",
    "location",
    "salary",
    "employment_type",
    "posted_at",
    "expires_at",
    "is_expired",
    "quality_reason",
    "filled",
)


def brief(offer: Any) -> dict[str, Any]:
    """An offer in a list."""
    return {name: getattr(offer, name) for name in PLAIN}


def whole(offer: JobOffer, told: Iterable[OfferObservation], runs: Iterable[RunOffer]) -> dict[str, Any]:
    """An offer with what its source said over time (newest first), and the runs that saw it."""
    return {
        **{name: getattr(offer, name) for name in WHOLE},
        "observations": [observed(one) for one in told],
        "runs": [{name: getattr(one, name) for name in ("run_id", "discovered_at", "via", "relaxed")} for one in runs],
    }


def observed(one: OfferObservation) -> dict[str, Any]:
    """One line of its history; the text by its length."""
    return {name: getattr(one, name) for name in TOLD} | {"description_length": len(one.description)}
