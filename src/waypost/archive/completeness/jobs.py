"""Completeness by the clock: how things stand every five minutes, yesterday's statement, and the ones that changed."""

from datetime import UTC, date, timedelta

from waypost.archive.completeness import queries
from waypost.archive.completeness.actions import OVERLAP, id_of, look, state
from waypost.platform import jobs
from waypost.platform.work import Work

MOST_DAYS = 400
"""Stated in one go; the next hour goes on."""
NOTED_SINCE = timedelta(hours=2)


@jobs.every("*/5 * * * *", type="archive_completeness_look", queue="evidence")
async def look_at_completeness(run: jobs.Run) -> None:
    """Count what is missing."""
    async with run.work() as work:
        await look(work)


@jobs.every("20 * * * *", type="archive_completeness_state", queue="evidence")
async def state_days(run: jobs.Run) -> None:
    """A statement for each day that is over, and a new one where a gap was filled or a closing became known late.

    Each day in a work of its own: a process that dies goes on with the next one.
    """
    async with run.work() as work:
        due = await due_days(work)
    for day in due:
        async with run.work() as work:
            await state(work, day)


async def due_days(work: Work) -> list[date]:
    """Days without a statement since the first closing, days with gaps, and days with late closings; oldest first."""
    today = work.now.astimezone(UTC).date()
    last = await queries.last_stated(work.db)
    first = last + timedelta(days=1) if last else await _first_day(work)
    if first is None:
        return []
    new = [first + timedelta(days=number) for number in range((today - first).days)]
    _earliest, late = await queries.news(work.db, id_of(work.now - NOTED_SINCE - OVERLAP))
    days = {*new, *await queries.with_gaps(work.db), *(day for day in late if day < today)}
    return sorted(days)[:MOST_DAYS]


async def _first_day(work: Work) -> date | None:
    first = await queries.first_closing(work.db)
    return first.astimezone(UTC).date() if first else None
