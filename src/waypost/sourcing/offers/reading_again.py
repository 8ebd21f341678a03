"""Kept offers read anew when the rules of reading have changed: from what their source said last, without a fetch."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from waypost.platform.rows import among, update_rows
from waypost.platform.work import Work
from waypost.sourcing.digest.normalise import VERSION, normalise
from waypost.sourcing.offers.indexing import index
from waypost.sourcing.offers.models import JobOffer, OfferObservation
from waypost.sourcing.offers.preparing import derived
from waypost.sourcing.wire.offer import Offer

AT_ONCE = 200
SAID = ("title", "company", "location", "salary", "posted_at", "expires_at", "content_hash", "tags")
"""Columns that hold what was said: they stay. The others follow from it."""


async def read_again(work: Work, most: int = AT_ONCE, version: int = VERSION) -> int:
    """Normalise the oldest read anew, and mark them and their observations as read by these rules; how many."""
    older = select(JobOffer).where(JobOffer.normalisation_version < version)
    oldest = older.order_by(JobOffer.normalisation_version, JobOffer.id).limit(most)
    offers = (await work.db.scalars(oldest.with_for_update(skip_locked=True))).all()
    if not offers:
        return 0
    employment = await _employment(work, [one.id for one in offers])
    rows = [_anew(one, employment.get(one.id), work, version) for one in offers]
    await update_rows(work.db, JobOffer, rows)
    seen = among(OfferObservation.offer_id, [one.id for one in offers])
    await work.db.execute(update(OfferObservation).where(seen).values(normalisation_version=version))
    work.db.expire_all()
    await index(work, [row["id"] for row in rows])
    return len(rows)


async def _employment(work: Work, offer_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What each offer's newest observation said of employment: its own column is canonical already."""
    said = select(OfferObservation.offer_id, OfferObservation.employment_type).where(
        among(OfferObservation.offer_id, offer_ids)
    )
    rows = await work.db.execute(said.order_by(OfferObservation.observed_at))
    return {offer_id: words for offer_id, words in rows if words}


def _anew(offer: JobOffer, employment: str | None, work: Work, version: int) -> dict[str, Any]:
    normal = normalise(_said(offer, employment), now=work.now)
    changed = {name: value for name, value in derived(normal).items() if name not in SAID}
    return {"id": offer.id, **changed, "normalisation_version": version}


def _said(offer: JobOffer, employment: str | None) -> Offer:
    return Offer.model_construct(
        url=offer.url,
        title=offer.title,
        description=offer.description,
        source_id=offer.source_id,
        apply_url=offer.apply_url,
        source_company_profile_url=offer.source_company_profile_url,
        company=offer.company,
        location=offer.location,
        salary=offer.salary,
        employment_type=employment or offer.employment_type,
        posted_at=offer.posted_at.isoformat() if offer.posted_at else None,
        expires_at=offer.expires_at.isoformat() if offer.expires_at else None,
        is_expired=offer.is_expired,
        requirements=offer.requirements,
        tags=offer.tags,
        details=offer.details,
        raw_payload={},
    )
