"""Questions about the queue, as one organisation sees it: row security leaves nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.jobs.models import (
    JobAttempt,
    QueueControl,
    Status,
    StoredJob,
)

DEAD = StoredJob.status == Status.DEAD


@dataclass(frozen=True, slots=True)
class Overview:
    """What `GET /ops/metrics/overview` says about jobs."""

    queued_jobs: int
    running_jobs: int
    failed_jobs_24h: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Dead letters with one fingerprint."""

    fingerprint: str | None
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
    """Dead letters grouped by fingerprint, the latest group first; type and error are those of one of them."""
    last_at = func.max(StoredJob.updated_at).label("last_at")
    groups = (
        select(StoredJob.fingerprint, func.count().label("count"), func.min(StoredJob.updated_at), last_at)
        .where(DEAD)
        .group_by(StoredJob.fingerprint)
        .order_by(last_at.desc())
        .limit(limit)
    )
    found = []
    for fingerprint, count, first, last in (await db.execute(groups)).all():
        one = (await db.execute(_example(fingerprint))).one()
        found.append(Alike(fingerprint, count, first, last, one.type, one.last_error))
    return found


async def count_alike(db: AsyncSession, fingerprint: str | None) -> int:
    """How many dead letters have this fingerprint."""
    if fingerprint is None:
        return 0
    asked = select(func.count()).select_from(StoredJob).where(DEAD, StoredJob.fingerprint == fingerprint)
    return (await db.execute(asked)).scalar_one()


async def live_by_type(db: AsyncSession, thing_id: UUID | None = None) -> dict[str, dict[str, int]]:
    """`{"queued": {type: n}, "running": {type: n}}`, of the whole organisation or about one thing (a mailbox)."""
    asked = (
        select(StoredJob.status, StoredJob.type, func.count()).where(_live()).group_by(StoredJob.status, StoredJob.type)
    )
    if thing_id is not None:
        asked = asked.where(StoredJob.thing_id == thing_id)
    counts: dict[str, dict[str, int]] = {"queued": {}, "running": {}}
    for status, type_, count in (await db.execute(asked)).all():
        counts[status][type_] = count
    return counts


async def failed_since(db: AsyncSession, since: datetime, thing_id: UUID | None = None) -> int:
    """How many jobs died since a moment, all of them or those about one thing."""
    asked = select(func.count()).select_from(StoredJob).where(DEAD, StoredJob.updated_at >= since)
    if thing_id is not None:
        asked = asked.where(StoredJob.thing_id == thing_id)
    return (await db.execute(asked)).scalar_one()


async def overview(db: AsyncSession, now: datetime) -> Overview:
    """The organisation's queue in three numbers."""
    asked = select(StoredJob.status, func.count()).where(_live()).group_by(StoredJob.status)
    live = {status: count for status, count in (await db.execute(asked)).all()}
    failed = await failed_since(db, now - timedelta(hours=24))
    return Overview(live.get(Status.QUEUED, 0), live.get(Status.RUNNING, 0), failed)


async def waiting_id(db: AsyncSession, dedupe_key: str) -> UUID | None:
    """The queued or running job with this key (`TYPE:VALUE`)."""
    return (await db.scalars(select(StoredJob.id).where(StoredJob.dedupe_key == dedupe_key, _live()))).one_or_none()


async def paused_queues(db: AsyncSession) -> set[str]:
    """Queues that an operator has paused, for the whole installation."""
    return set(await db.scalars(select(QueueControl.queue).where(QueueControl.paused)))


def shown(status: str) -> str:
    """The documented interface says `failed` where we say dead."""
    return "failed" if status == Status.DEAD else status


def _live() -> ColumnElement[bool]:
    return StoredJob.status.in_((Status.QUEUED, Status.RUNNING))


def _example(fingerprint: str | None) -> Select[str, str | None]:
    alike = StoredJob.fingerprint.is_not_distinct_from(fingerprint)
    asked = select(StoredJob.type, StoredJob.last_error).where(DEAD, alike)
    return asked.order_by(StoredJob.updated_at.desc()).limit(1)
