"""An offer without what cannot be kept or was only blank: the first step, before anything is read from it."""

from typing import Any

from waypost.sourcing.digest.text import clean, cleaned, line
from waypost.sourcing.wire.offer import Offer

_LINES = ("url", "title", "source", "source_id", "apply_url", "company", "location", "salary", "employment_type")
_OTHERS = ("posted_at", "expires_at", "source_company_profile_url")


def neat(offer: Offer) -> Offer:
    """Trimmed; blank texts are absent; no U+0000 and no lone surrogate anywhere. What was neat is given back itself:
    the catalogue gets what the scraper has cleaned already, and a copy costs more than the look."""
    told: dict[str, Any] = {name: _line(getattr(offer, name)) for name in (*_LINES, *_OTHERS)}
    told["url"], told["title"] = told["url"] or "", told["title"] or ""
    told["location"] = clean(offer.location or "") or None
    told["salary"] = clean(offer.salary or "") or None
    told["description"] = clean(offer.description)
    told["requirements"] = [one for one in map(clean, offer.requirements) if one]
    told["tags"] = list(dict.fromkeys(one for one in map(line, offer.tags) if one))
    told["details"] = _told(cleaned(offer.details))
    told["raw_payload"] = cleaned(offer.raw_payload)
    given = offer.__dict__
    changed = {name: value for name, value in told.items() if value != given[name]}
    return offer.model_copy(update=changed) if changed else offer


def _line(text: str | None) -> str | None:
    return line(text) or None if text else None


def _told(details: dict[str, Any]) -> dict[str, Any]:
    """Without members that say nothing."""
    return {name: value for name, value in details.items() if value not in (None, "", [], {})}
