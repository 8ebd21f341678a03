"""Questions about the queue, as one organisation sees it: row security leaves nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.jobs.models import (
    DeadGroup,
    JobAttempt,
    QueueControl,
    Status,
    StoredJob,
)

# Spelled out, not bound: the planner must see that a partial index holds exactly these rows.
QUEUED, RUNNING, DEAD = (StoredJob.status == literal_column(f"'{status}'") for status in ("queued", "running", "dead"))

COUNTED = 10_000
"""Rows are counted up to here: a figure stays quick when a million jobs have died today."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What `GET /ops/metrics/overview` says about jobs."""

    queued_jobs: int
    running_jobs: int
    failed_jobs_24h: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Dead letters of one type with one fingerprint."""

    fingerprint: str
    type: str
    count: int
    first_at: datetime
    last_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class DeadCounts:
    """How many are dead, and how many left by age."""

    jobs: int
    removed: int


async def by_id(db: AsyncSession, job_id: UUID, *, locked: bool = False) -> StoredJob | None:
    """A job in whatever state; `locked` keeps workers and other people from changing it until the work ends."""
    asked = select(StoredJob).where(StoredJob.id == job_id)
    return (await db.scalars(asked.with_for_update() if locked else asked)).one_or_none()


async def dead_by_id(db: AsyncSession, job_id: UUID) -> StoredJob | None:
    """A dead job, locked: two people who replay it at once get one replay."""
    return (await db.scalars(select(StoredJob).where(StoredJob.id == job_id, DEAD).with_for_update())).one_or_none()


async def attempts_of(db: AsyncSession, job_id: UUID) -> Sequence[JobAttempt]:
    """The attempts that did not succeed, newest first, at most 100."""
    asked = select(JobAttempt).where(JobAttempt.job_id == job_id).order_by(JobAttempt.ended_at.desc()).limit(100)
    return (await db.scalars(asked)).all()


async def dead_newest(
    db: AsyncSession,
    limit: int,
    *,
    fingerprint: str | None = None,
    type_: str | None = None,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[StoredJob]:
    """Dead letters, newest failure first; `after` is the `(updated_at, id)` of the last one seen."""
    asked = select(StoredJob).where(DEAD).order_by(StoredJob.updated_at.desc(), StoredJob.id).limit(limit)
    if fingerprint is not None:
        asked = asked.where(StoredJob.fingerprint == fingerprint)
    if type_ is not None:
        asked = asked.where(StoredJob.type == type_)
    if after is not None:
        at, job_id = after
        older = (StoredJob.updated_at < at) | ((StoredJob.updated_at == at) & (StoredJob.id > job_id))
        asked = asked.where(StoredJob.updated_at <= at, older)
    return (await db.scalars(asked)).all()


async def dead_alike(db: AsyncSession, limit: int = 50) -> list[Alike]:
    """Dead letters that failed alike, by kept counts, the latest group first."""
    asked = select(DeadGroup).where(DeadGroup.jobs > 0).order_by(DeadGroup.last_at.desc(), DeadGroup.id).limit(limit)
    return [
        Alike(one.fingerprint, one.type, one.jobs, one.first_at, one.last_at, one.error)
        for one in await db.scalars(asked)
    ]


async def dead_counts(db: AsyncSession) -> DeadCounts:
    """All dead letters of the organisation, by kept counts."""
    asked = select(func.coalesce(func.sum(DeadGroup.jobs), 0), func.coalesce(func.sum(DeadGroup.removed), 0))
    jobs, removed = (await db.execute(asked)).one()
    return DeadCounts(int(jobs), int(removed))


async def count_alike(db: AsyncSession, fingerprint: str | None) -> int:
    """How many dead letters have this fingerprint."""
    asked = select(func.coalesce(func.sum(DeadGroup.jobs), 0)).where(DeadGroup.fingerprint == fingerprint)
    return int((await db.execute(asked)).scalar_one())


async def dead_of_thing(db: AsyncSession, thing_id: UUID, limit: int = 10) -> Sequence[StoredJob]:
    """The newest dead letters about one thing."""
    asked = select(StoredJob).where(DEAD, StoredJob.thing_id == thing_id).order_by(StoredJob.id.desc()).limit(limit)
    return (await db.scalars(asked)).all()


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
    """How many jobs died since a moment, all of them or those about one thing; 10,001 means more than 10,000."""
    died = select(StoredJob.id).where(DEAD, StoredJob.updated_at >= since)
    if thing_id is not None:
        died = died.where(StoredJob.thing_id == thing_id)
    few = died.limit(COUNTED + 1).subquery()
    return (await db.execute(select(func.count()).select_from(few))).scalar_one()


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
