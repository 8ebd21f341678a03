"""Questions about the queue, as one organisation sees it: row security leaves nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.jobs.models import (
    JobAttempt,
    QueueControl,
    Status,
    StoredJob,
)

# Spelled out, not bound: the planner must see that a partial index holds exactly these rows.
QUEUED, RUNNING, DEAD = (StoredJob.status == literal_column(f"'{status}'") for status in ("queued", "running", "dead"))

COUNTED, GROUPS_SEEN = 1000, 500
"""Groups are counted up to here, and so many are looked at: the page stays quick at a million dead letters."""

GROUPS = text("""
with recursive prints(fingerprint) as (
  (select fingerprint from jobs where status = 'dead' order by fingerprint limit 1)
  union all
  select (select fingerprint from jobs where status = 'dead' and fingerprint > prints.fingerprint
          order by fingerprint limit 1)
  from prints where fingerprint is not null
)
select prints.fingerprint, counted.jobs, oldest.updated_at, latest.updated_at as last_at, latest.type, latest.last_error
from (select fingerprint from prints where fingerprint is not null limit :groups) prints
cross join lateral (select updated_at, type, last_error from jobs
  where status = 'dead' and fingerprint = prints.fingerprint order by updated_at desc, id limit 1) latest
cross join lateral (select updated_at from jobs
  where status = 'dead' and fingerprint = prints.fingerprint order by updated_at, id desc limit 1) oldest
cross join lateral (select count(*) as jobs from (select from jobs
  where status = 'dead' and fingerprint = prints.fingerprint limit :most + 1) few) counted
order by last_at desc limit :limit
""")


@dataclass(frozen=True, slots=True)
class Overview:
    """What `GET /ops/metrics/overview` says about jobs."""

    queued_jobs: int
    running_jobs: int
    failed_jobs_24h: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Dead letters with one fingerprint; `count` above COUNTED means "more than that"."""

    fingerprint: str
    count: int
    first_at: datetime
    last_at: datetime
    type: str
    error: str | None


async def by_id(db: AsyncSession, job_id: UUID) -> StoredJob | None:
    """A job in whatever state."""
    return (await db.scalars(select(StoredJob).where(StoredJob.id == job_id))).one_or_none()


async def dead_by_id(db: AsyncSession, job_id: UUID) -> StoredJob | None:
    """A dead job, locked: two people who replay it at once get one replay."""
    return (await db.scalars(select(StoredJob).where(StoredJob.id == job_id, DEAD).with_for_update())).one_or_none()


async def attempts_of(db: AsyncSession, job_id: UUID) -> Sequence[JobAttempt]:
    """The attempts that did not succeed, newest first, at most 100."""
    asked = select(JobAttempt).where(JobAttempt.job_id == job_id).order_by(JobAttempt.ended_at.desc()).limit(100)
    return (await db.scalars(asked)).all()


async def dead_newest(
    db: AsyncSession, limit: int, *, fingerprint: str | None = None, after: tuple[datetime, UUID] | None = None
) -> Sequence[StoredJob]:
    """Dead letters, newest failure first; `after` is the `(updated_at, id)` of the last one seen."""
    asked = select(StoredJob).where(DEAD).order_by(StoredJob.updated_at.desc(), StoredJob.id).limit(limit)
    if fingerprint is not None:
        asked = asked.where(StoredJob.fingerprint == fingerprint)
    if after is not None:
        at, job_id = after
        older = (StoredJob.updated_at < at) | ((StoredJob.updated_at == at) & (StoredJob.id > job_id))
        asked = asked.where(StoredJob.updated_at <= at, older)
    return (await db.scalars(asked)).all()


async def dead_alike(db: AsyncSession, limit: int = 50) -> list[Alike]:
    """Dead letters grouped by fingerprint, the latest group first; type and error are those of its latest."""
    rows = (await db.execute(GROUPS, {"limit": limit, "most": COUNTED, "groups": GROUPS_SEEN})).all()
    return [Alike(*row) for row in rows]


async def count_alike(db: AsyncSession, fingerprint: str | None) -> int:
    """How many dead letters have this fingerprint, counted as far as COUNTED + 1."""
    few = select(StoredJob.id).where(DEAD, StoredJob.fingerprint == fingerprint).limit(COUNTED + 1).subquery()
    return (await db.execute(select(func.count()).select_from(few))).scalar_one()


async def live_by_type(db: AsyncSession, thing_id: UUID | None = None) -> dict[str, dict[str, int]]:
    """`{"queued": {type: n}, "running": {type: n}}`, of the whole organisation or about one thing (a mailbox)."""
    counts: dict[str, dict[str, int]] = {}
    for status, is_so in ((Status.QUEUED, QUEUED), (Status.RUNNING, RUNNING)):
        asked = select(StoredJob.type, func.count()).where(is_so).group_by(StoredJob.type)
        if thing_id is not None:
            asked = asked.where(StoredJob.thing_id == thing_id)
        counts[status.value] = {type_: count for type_, count in (await db.execute(asked)).all()}
    return counts


async def failed_since(db: AsyncSession, since: datetime, thing_id: UUID | None = None) -> int:
    """How many jobs died since a moment, all of them or those about one thing."""
    asked = select(func.count()).select_from(StoredJob).where(DEAD, StoredJob.updated_at >= since)
    if thing_id is not None:
        asked = asked.where(StoredJob.thing_id == thing_id)
    return (await db.execute(asked)).scalar_one()


async def overview(db: AsyncSession, now: datetime) -> Overview:
    """The organisation's queue in three numbers."""
    live = await live_by_type(db)
    failed = await failed_since(db, now - timedelta(hours=24))
    return Overview(sum(live["queued"].values()), sum(live["running"].values()), failed)


async def waiting_id(db: AsyncSession, dedupe_key: str) -> UUID | None:
    """The queued or running job with this key (`TYPE:VALUE`)."""
    live = StoredJob.status.in_((Status.QUEUED, Status.RUNNING))
    return (await db.scalars(select(StoredJob.id).where(StoredJob.dedupe_key == dedupe_key, live))).one_or_none()


async def paused_queues(db: AsyncSession) -> set[str]:
    """Queues that an operator has paused, for the whole installation."""
    return set(await db.scalars(select(QueueControl.queue).where(QueueControl.paused)))


def shown(status: str) -> str:
    """The documented interface says `failed` where we say dead."""
    return "failed" if status == Status.DEAD else status
