"""Counting: the hours in which something changed are counted anew and replace what stood there."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.platform.work import Work
from waypost.sourcing.watching.figures.counting import between
from waypost.sourcing.watching.figures.models import CountedUntil
from waypost.sourcing.watching.figures.queries import HOUR, counted_until, hour_of

MARGIN = timedelta(minutes=5)
"""A transaction may become visible later than the times that it wrote."""
KEPT = timedelta(days=31)
MINUTES_KEPT = timedelta(days=2)
AT_ONCE = 48
"""Hours in one go; the rest is counted a minute later."""

CHANGED = text(
    "select distinct date_bin('1 hour', created_at, timestamptz '2000-01-01 00:00:00+00') as hour"
    " from job_source_runs where created_at >= :oldest"
    " and (finalized_at >= :since or late_result_accepted_at >= :since) order by 1 limit :most"
)
CLEAR = text("delete from sourcing_counts where hour >= :since and hour < :until")
COUNT = text(
    "insert into sourcing_counts (org_id, id, hour, what, word, count)"
    " select app_org(), gen_random_uuid(), hour, what, word, sum(n)::bigint"
    f" from ({between(':since', ':until')}) counted group by hour, what, word"
)
OLD_COUNTS = text("delete from sourcing_counts where hour < :old")
OLD_MINUTES = text("delete from answer_minutes where minute < :old")


async def count_hours(work: Work) -> int:
    """Count what changed since the last time; gives the number of hours counted. Changes nothing when nothing did."""
    until = await counted_until(work.db)
    since = work.now - KEPT if until is None else until - MARGIN
    begun = max(hour_of(since), hour_of(work.now - KEPT))
    ended = min(begun + AT_ONCE * HOUR, work.now)
    older = [] if until is None else await _changed(work, since, begun)
    for hour in older:
        await _count(work, hour, hour + HOUR)
    await _count(work, begun, hour_of(ended) + HOUR)
    await _forget(work, ended)
    await _note(work, ended)
    return len(older) + int((hour_of(ended) - begun) / HOUR) + 1


async def _changed(work: Work, since: datetime, before: datetime) -> list[datetime]:
    """Older hours with a run that ended since."""
    given = {"since": since, "oldest": work.now - KEPT, "most": AT_ONCE}
    return [hour for (hour,) in await work.db.execute(CHANGED, given) if hour < before]


async def _count(work: Work, since: datetime, until: datetime) -> None:
    given = {"since": since, "until": until}
    await work.db.execute(CLEAR, given)
    await work.db.execute(COUNT, given)


async def _forget(work: Work, counted: datetime) -> None:
    await work.db.execute(OLD_COUNTS, {"old": work.now - KEPT})
    await work.db.execute(OLD_MINUTES, {"old": min(work.now - MINUTES_KEPT, hour_of(counted) - HOUR)})


async def _note(work: Work, until: datetime) -> None:
    row = upsert(CountedUntil).values(until_at=until)
    await work.db.execute(row.on_conflict_do_update(index_elements=["org_id"], set_={"until_at": until}))
