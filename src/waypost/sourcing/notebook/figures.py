"""Figures of all notebooks of an organisation, for the documented metrics (sourcing.md 5.3)."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.jobs.models import Status, StoredJob
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.notebook.profiles.models import ProfileState, SearchProfile

REMINDERS = "offer_reminders"
"""Wire type of the job that says what is due."""


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
