"""Questions about objectives: what happened on each of the last 30 days."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.watching.figures.queries import counts_by_day
from waypost.sourcing.watching.objectives.slo import DAYS, Slo, objectives

DEAD = text(
    "select (created_at at time zone 'UTC')::date, count(*) from callback_dead_letters"
    " where created_at >= :since group by 1"
)


async def measured(db: AsyncSession, now: datetime) -> list[Slo]:
    """All objectives, from counts by the hour: two statements for any number of requests and runs."""
    since = now - timedelta(days=DAYS)
    days = await counts_by_day(db, since, now)
    dead: Mapping[date, int] = {day: n for day, n in await db.execute(DEAD, {"since": since})}
    return objectives({at.astimezone(UTC).date(): counts for at, counts in days.items()}, dead)
