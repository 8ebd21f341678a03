"""Questions to the catalogue."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.sourcing.offers.models import JobOffer, OfferCompany, OfferObservation, OfferPayload, RunOffer

MOST_OBSERVATIONS = 200
"""Of one offer's history."""
_MEMBERS = select(RunOffer.offer_id).where(RunOffer.run_id == bindparam("run_id"))


class NoSuchOffer(NotFound):
    """There is no such offer."""


async def by_id(db: AsyncSession, offer_id: UUID, *, for_update: bool = False) -> JobOffer:
    """One offer. Refuses `NoSuchOffer` (404)."""
    statement = select(JobOffer).where(JobOffer.id == offer_id)
    found = await db.scalar(statement.with_for_update() if for_update else statement)
    if found is None:
        raise NoSuchOffer
    return found


async def fresh_keys(db: AsyncSession, source: str, keys: Collection[str], since: datetime) -> list[str]:
    """Of these identity keys those whose page was read since then and whose offer still stands: they need no fetch."""
    fresh = select(JobOffer.offer_identity_key).where(
        JobOffer.source == source,
        among(JobOffer.offer_identity_key, keys),
        JobOffer.last_full_scrape_at >= since,
        JobOffer.is_expired.is_(False),
    )
    return list((await db.scalars(fresh)).all()) if keys else []


async def of_run(
    db: AsyncSession, run_id: UUID, *, after: UUID | None = None, limit: int = 100
) -> Sequence[tuple[JobOffer, RunOffer]]:
    """Offers of a run with how it found them, in the order in which they were first found; `after` is the last offer's
    id. One more than `limit` where there are more."""
    walk = select(JobOffer, RunOffer).join(RunOffer, RunOffer.offer_id == JobOffer.id).where(RunOffer.run_id == run_id)
    if after is not None:
        walk = walk.where(RunOffer.offer_id > after)
    rows = await db.execute(walk.order_by(RunOffer.offer_id).limit(limit + 1))
    return [(offer, member) for offer, member in rows]


async def ids_of_run(db: AsyncSession, run_id: UUID) -> list[UUID]:
    """Every offer of a run; a run has at most some hundreds."""
    return [row.offer_id for row in await ask(db, _MEMBERS, {"run_id": run_id})]


async def count_of_run(db: AsyncSession, run_id: UUID) -> int:
    """How many offers a run found, however often they were delivered."""
    return (await db.execute(select(func.count()).where(RunOffer.run_id == run_id))).scalar_one()


async def counts_of_runs(db: AsyncSession, run_ids: Collection[UUID]) -> dict[UUID, int]:
    """The same for a page of runs, in one question."""
    counted = select(RunOffer.run_id, func.count()).where(among(RunOffer.run_id, run_ids)).group_by(RunOffer.run_id)
    return {run_id: count for run_id, count in await db.execute(counted)} if run_ids else {}


async def observations(db: AsyncSession, offer_id: UUID) -> Sequence[OfferObservation]:
    """What its source said of an offer over time, newest first."""
    history = select(OfferObservation).where(OfferObservation.offer_id == offer_id)
    newest = history.order_by(OfferObservation.observed_at.desc(), OfferObservation.id.desc())
    return (await db.scalars(newest.limit(MOST_OBSERVATIONS))).all()


async def payloads(db: AsyncSession, observation_id: UUID) -> dict[str, Any]:
    """The documents behind one observation by type."""
    found = select(OfferPayload.type, OfferPayload.payload).where(OfferPayload.observation_id == observation_id)
    return {kind: payload for kind, payload in await db.execute(found)}


async def runs_of(db: AsyncSession, offer_id: UUID, *, limit: int = 50) -> Sequence[RunOffer]:
    """Which runs saw an offer, newest first."""
    walk = select(RunOffer).where(RunOffer.offer_id == offer_id).order_by(RunOffer.discovered_at.desc(), RunOffer.id)
    return (await db.scalars(walk.limit(limit))).all()


async def company(db: AsyncSession, key: str) -> OfferCompany | None:
    """A company by its normalised name."""
    return await db.scalar(select(OfferCompany).where(OfferCompany.key == key))
