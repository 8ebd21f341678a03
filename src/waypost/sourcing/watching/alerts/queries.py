"""Questions about alerts: states, samples, what was told, and what a rule needs to see."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.work import Work
from waypost.sourcing.watching.alerts.looking import Looked, Planned, Subject
from waypost.sourcing.watching.alerts.models import MAIL, WEBHOOK, AlertEvent, AlertSample, AlertState
from waypost.sourcing.watching.alerts.rules import State
from waypost.sourcing.watching.figures import queries as figures

DAY = timedelta(days=1)
BASE = timedelta(days=14)
MOST = 500
"""States on one page: seven rules, some of them for each source."""
DRAWN = timedelta(hours=3)

PLANNED = text(
    "select s.source, count(*) as schedules, min(s.created_at) as since_at,"
    " (select max(r.finalized_at) from job_source_runs r where r.source_slug = s.source"
    "  and r.created_at >= :since and r.status in ('COMPLETED', 'FAILED')) as ended_at"
    " from scrape_schedules s where s.enabled group by s.source order by s.source limit 200"
)


class NoSuchAlert(NotFound):
    """There is no such rule here."""


async def looked(work: Work, hours: int) -> Looked:
    """Everything that the rules look at, in a fixed number of statements."""
    now = work.now
    return Looked(
        window=await figures.counts(work.db, now - timedelta(hours=hours), now),
        day=await figures.counts(work.db, now - DAY, now),
        base=await figures.counts(work.db, now - DAY - BASE, now - DAY),
        now=await figures.standing(work.db, now),
        planned=tuple([Planned(*row) for row in await work.db.execute(PLANNED, {"since": now - BASE})]),
        at=now,
    )


async def states(db: AsyncSession, *, for_update: bool = False) -> Mapping[Subject, AlertState]:
    """Every state there is, by rule and subject."""
    asked = select(AlertState).order_by(AlertState.rule, AlertState.subject).limit(MOST)
    found = (await db.scalars(asked.with_for_update() if for_update else asked)).all()
    return {(each.rule, each.subject): each for each in found}


async def firing(db: AsyncSession, limit: int) -> Sequence[AlertState]:
    """What fires now, the newest first, one more than `limit` where there are more."""
    asked = select(AlertState).where(AlertState.state == State.FIRING)
    return (await db.scalars(asked.order_by(AlertState.fired_at.desc(), AlertState.id).limit(limit + 1))).all()


async def samples_since(db: AsyncSession, since: datetime) -> Mapping[Subject, Sequence[AlertSample]]:
    """By rule and subject, the oldest first."""
    asked = select(AlertSample).where(AlertSample.at >= since).order_by(AlertSample.at)
    found: dict[Subject, list[AlertSample]] = {}
    for each in await db.scalars(asked.limit(MOST * int(DRAWN.total_seconds() // 60))):
        found.setdefault((each.rule, each.subject), []).append(each)
    return found


async def events(db: AsyncSession, limit: int = 20) -> Sequence[AlertEvent]:
    """What was told to the outside, newest first."""
    newest = select(AlertEvent).order_by(AlertEvent.created_at.desc(), AlertEvent.id.desc())
    return (await db.scalars(newest.limit(limit))).all()


async def last_told(db: AsyncSession, since: datetime) -> Mapping[tuple[str, str], datetime]:
    """When each key was last delivered to the webhook, by key and notice."""
    asked = select(AlertEvent.alert_key, AlertEvent.payload_hash, func.max(AlertEvent.delivered_at))
    sent = asked.where(AlertEvent.channel == WEBHOOK, AlertEvent.status == "sent", AlertEvent.created_at >= since)
    rows = await db.execute(sent.group_by(AlertEvent.alert_key, AlertEvent.payload_hash))
    return {(key, said): at for key, said, at in rows if at is not None}


async def mailed_at(db: AsyncSession, key: str) -> datetime | None:
    """When people were last written to about this key."""
    asked = select(func.max(AlertEvent.delivered_at)).where(AlertEvent.channel == MAIL, AlertEvent.alert_key == key)
    found: datetime | None = await db.scalar(asked)
    return found
