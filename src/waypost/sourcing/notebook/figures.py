"""Figures of all notebooks of an organisation, for the documented metrics (sourcing.md 5.3)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.jobs.models import Status, StoredJob
from waypost.sourcing.notebook.models import Origin, UserJobOffer
from waypost.sourcing.notebook.profiles.models import ProfileState, SearchProfile

REMINDERS = "offer_reminders"
"""Wire type of the job that says what is due."""

SKEW = timedelta(days=1)
"""How far the clock that makes ids may be from the one that links."""


async def figures(db: AsyncSession, now: datetime, hours: int) -> dict[str, int]:
    """`totalUserOffers, unscoredUserOffers, reminderDeliveryFailures24h` (within `hours`), `totalProfiles,
    pendingProfiles, failedProfiles`; one statement. Profiles are written by people, so none can fail."""
    links, profiles = select(func.count()).select_from(UserJobOffer), select(func.count()).select_from(SearchProfile)
    lost = (
        select(func.count())
        .select_from(StoredJob)
        .where(
            StoredJob.type == REMINDERS,
            StoredJob.status == Status.DEAD,
            StoredJob.updated_at >= now - timedelta(hours=hours),
        )
    )
    counted = {
        "totalUserOffers": links,
        "unscoredUserOffers": links.where(UserJobOffer.match_score.is_(None)),
        "reminderDeliveryFailures24h": lost,
        "totalProfiles": profiles,
        "pendingProfiles": profiles.where(SearchProfile.state != ProfileState.READY),
    }
    row = (await db.execute(select(*(one.scalar_subquery().label(name) for name, one in counted.items())))).one()
    return {**row._mapping, "failedProfiles": 0}


async def origins(db: AsyncSession, now: datetime, hours: int) -> dict[str, int]:
    """How many offers came into notebooks within `hours`, by the documented origins (sourcing.md 3.9); one statement.
    Ids grow with time, so the newest links are found by them."""
    since = now - timedelta(hours=hours)
    counted = select(UserJobOffer.origin, func.count()).where(
        UserJobOffer.id >= _first_id(since - SKEW), UserJobOffer.linked_at >= since
    )
    found = {str(origin): count for origin, count in await db.execute(counted.group_by(UserJobOffer.origin))}
    return {one.value: found.get(one.value, 0) for one in Origin}


def _first_id(at: datetime) -> UUID:
    """The least UUIDv7 (RFC 9562) of a moment."""
    return UUID(int=int(at.timestamp() * 1000) << 80 | 0x7 << 76 | 0x8 << 60)
