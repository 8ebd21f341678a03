"""A batch on its way into the catalogue: normalised, sieved, each offer once. Pure, and run off the event loop."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

import msgspec

from waypost.platform.ids import new_key
from waypost.sourcing.digest.money import monthly
from waypost.sourcing.digest.normalise import VERSION, Normal, normalise
from waypost.sourcing.digest.quality import UNUSABLE
from waypost.sourcing.offers.marks import filled_of
from waypost.sourcing.wire.offer import Offer

Row = dict[str, Any]
_BESIDE = {"description", "raw_payload", "details", "requirements"}
"""What the observation holds itself."""
_SENT = [(name, field.alias or name) for name, field in Offer.model_fields.items() if name not in _BESIDE]
"""The other fields, and what they are called on the wire."""
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of a batch, in the order in which the offers came."""

    offers: list[Row]
    beside: list[Row]
    texts: Row
    """What is long of each offer, one text for each column, in pieces that a `mark` parts."""
    rejected: Mapping[str, int]
    """Reason → how many were dropped."""
    repeated: int
    """Offers that the same batch held already; the first of equal ones is taken."""


@dataclass(slots=True)
class _Sieve:
    rejected: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    known: set[str] = field(default_factory=set)

    def take(self, normal: Normal) -> bool:
        gravest = next((one for one in normal.rejections if one in UNUSABLE), None)
        if gravest:
            self.rejected[gravest.value] += 1
        elif normal.key in self.known:
            self.repeated += 1
        else:
            self.known.add(normal.key)
            return True
        return False


def batch_of(
    source: str, offers: Sequence[Offer], *, run_id: UUID | None, via: str, now: datetime, matched: bool = False
) -> Batch:
    """Everything that can be kept of these; `matched` ones go into somebody's notebook at the same time."""
    sieve = _Sieve()
    kept = [one for one in _normalised(offers, now) if sieve.take(one)]
    shared = {"last_matched_at": now if matched else None}
    rows = [offer_row(source, one, run_id=run_id, full=via == "detail", now=now) | shared for one in kept]
    beside = [_beside(one) for one in kept]
    return Batch(rows, beside, _texts(kept), dict(sieve.rejected), sieve.repeated)


def _normalised(offers: Sequence[Offer], now: datetime) -> Iterator[Normal]:
    return (normalise(one, now=now) for one in offers)


def offer_row(source: str, normal: Normal, *, run_id: UUID | None, full: bool, now: datetime) -> Row:
    """The offer's columns, but for its long ones (`Batch.texts`)."""
    said = normal.offer
    return {
        "id": new_key(),
        "source": source,
        "offer_identity_key": normal.key,
        "source_id": said.source_id,
        "run_id": run_id,
        "url": said.url,
        "requirements": said.requirements,
        "source_company_profile_url": said.source_company_profile_url,
        "apply_url": said.apply_url,
        "first_seen_at": now,
        "last_seen_at": now,
        "last_full_scrape_at": now if full else None,
        "last_matched_at": None,
        "expiry_changed_at": None,
        "fetched_at": now,
        "is_expired": normal.is_expired,
        **derived(normal),
    }


def derived(normal: Normal) -> Row:
    """The columns that follow from what was said: these are written anew when the rules change."""
    said, pay = normal.offer, normal.money[0] if normal.money else None
    return {
        "title": said.title,
        "company": said.company,
        "company_key": normal.company_key,
        "location": said.location,
        "salary": said.salary,
        "salary_min": pay.min if pay else None,
        "salary_max": pay.max if pay else None,
        "salary_currency": pay.currency if pay else None,
        "salary_period": pay.period if pay else None,
        "salary_kind": pay.kind if pay else None,
        "salary_monthly": monthly(pay) if pay else None,
        "employment_type": normal.employment_type,
        "category": normal.category,
        "facets": normal.facets,
        "tags": said.tags,
        "posted_at": normal.posted_at,
        "expires_at": normal.expires_at,
        "content_hash": normal.content_hash,
        "quality_state": normal.quality_state,
        "quality_reason": normal.quality_reason.value,
        "unknown_contract": normal.unknown_contract,
        "normalisation_version": VERSION,
    }


def _beside(normal: Normal) -> Row:
    said = normal.offer
    return {
        "key": normal.key,
        "observation_id": new_key(),
        "member_id": new_key(),
        "normalized_id": new_key(),
        "raw_id": new_key() if said.raw_payload else None,
        "filled": filled_of(said),
        "parser_version": _version(said),
        "employment": said.employment_type,
    }


def _version(said: Offer) -> str | None:
    named = said.details.get("parserVersion")
    return str(named)[:64] if named is not None else None


def _texts(kept: Sequence[Normal]) -> Row:
    """The mark is made anew each time: nobody can have written it into an offer."""
    said, mark = [one.offer for one in kept], new_key() + token_hex(8)
    columns: dict[str, Iterator[str]] = {
        "key": (one.key for one in kept),
        "description": (one.description for one in said),
        "details": (_json(one.details) for one in said),
        "normalized": (_json(_sent(one)) for one in said),
        "raw": (_json(one.raw_payload) if one.raw_payload else "" for one in said),
    }
    return {"mark": mark, **{name: mark.join(pieces) for name, pieces in columns.items()}}


def _sent(said: Offer) -> Row:
    told = said.__dict__
    return {sent: value for name, sent in _SENT if (value := told[name]) is not None}


def _json(value: Row) -> str:
    return _encode(value).decode()
