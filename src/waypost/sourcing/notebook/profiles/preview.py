"""What a profile would do, before it is kept: the newest offers of the catalogue, scored."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.notebook.matching import scored
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.queries import SCORED
from waypost.sourcing.notebook.scoring import Score, ceiling
from waypost.sourcing.offers.models import JobOffer

NEWEST = 50


@dataclass(frozen=True, slots=True)
class Tried:
    """One offer and what it would get."""

    offer_id: UUID
    title: str
    company: str
    score: Score
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """Of `looked` offers those that fit (no condition broken, `least` points), and the others, each the best first."""

    looked: int
    ceiling: int
    least: int
    fits: tuple[Tried, ...]
    others: tuple[Tried, ...]


async def preview(db: AsyncSession, profile: Profile, least: int) -> Preview:
    """The `NEWEST` offers that stand, against a profile that nobody has kept yet. One statement; changes nothing."""
    chosen = select(*SCORED, JobOffer.company).where(~JobOffer.is_expired)
    newest = chosen.order_by(JobOffer.first_seen_at.desc(), JobOffer.id.desc()).limit(NEWEST)
    rows = (await db.execute(newest)).all()
    scores = await scored(profile, rows)
    tried = [Tried(row.id, row.title, row.company or "", scores[row.id], scores[row.id].meta(profile)) for row in rows]
    best = sorted(tried, key=lambda one: -one.score.rank)
    fits = [one for one in best if one.score.value >= least and not one.score.violations]
    others = tuple(one for one in best if one not in fits)
    return Preview(len(rows), ceiling(profile), least, tuple(fits), others)
