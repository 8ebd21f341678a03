"""An offer without what cannot be kept or was only blank: the first step, before anything is read from it."""

from typing import Any

from waypost.sourcing.digest.text import clean, cleaned, line
from waypost.sourcing.wire.offer import Offer

_LINES = ("url", "title", "source", "source_id", "apply_url", "company", "location", "salary", "employment_type")
_OTHERS = ("posted_at", "expires_at", "source_company_profile_url")


def neat(offer: Offer) -> Offer:
    """Trimmed; blank texts are absent; no U+0000 and no lone surrogate anywhere."""
    changed: dict[str, Any] = {name: _line(getattr(offer, name)) for name in (*_LINES, *_OTHERS)}
    changed["url"], changed["title"] = changed["url"] or "", changed["title"] or ""
    changed["location"] = clean(offer.location or "") or None
    changed["salary"] = clean(offer.salary or "") or None
    changed["description"] = clean(offer.description)
    changed["requirements"] = [one for one in map(clean, offer.requirements) if one]
    changed["tags"] = list(dict.fromkeys(one for one in map(line, offer.tags) if one))
    changed["details"] = _told(cleaned(offer.details))
    changed["raw_payload"] = cleaned(offer.raw_payload)
    return offer.model_copy(update=changed)


def _line(text: str | None) -> str | None:
    return line(text) or None if text else None


def _told(details: dict[str, Any]) -> dict[str, Any]:
    """Without members that say nothing."""
    return {name: value for name, value in details.items() if value not in (None, "", [], {})}
