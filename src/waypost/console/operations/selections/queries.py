"""Questions about frozen selections."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.console.operations.selections.models import JobSelection, JobSelectionItem
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.queries import DEAD, shown

SAMPLE = 5


async def dead_matching(
    db: AsyncSession, type: str | None, fingerprint: str | None, until: datetime
) -> tuple[int, Sequence[UUID]]:
    """Exact count of the dead letters of a filter that died by `until`, and the ids of the first few."""
    where = matching(type, fingerprint, until)
    count = (await db.execute(select(func.count()).select_from(StoredJob).where(*where))).scalar_one()
    sample = await db.scalars(select(StoredJob.id).where(*where).order_by(StoredJob.id).limit(SAMPLE))
    return count, sample.all()


async def next_of_selection(db: AsyncSession, selection: JobSelection, limit: int) -> Sequence[StoredJob]:
    """The selection's next dead letters in the order they were made, locked."""
    where = matching(selection.type, selection.fingerprint, selection.made_at)
    asked = select(StoredJob).where(*where).order_by(StoredJob.id).limit(limit).with_for_update()
    if selection.after_id is not None:
        asked = asked.where(StoredJob.id > selection.after_id)
    return (await db.scalars(asked)).all()


async def by_id(db: AsyncSession, selection_id: UUID, *, locked: bool = False) -> JobSelection | None:
    """A frozen selection and how far its replay is."""
    asked = select(JobSelection).where(JobSelection.id == selection_id)
    return (await db.scalars(asked.with_for_update() if locked else asked)).one_or_none()


async def receipt(db: AsyncSession, selection_id: UUID) -> list[dict[str, Any]]:
    """Each job that a selection's replay touched, what was done, and how it stands now."""
    asked = (
        select(JobSelectionItem.job_id, JobSelectionItem.step, JobSelectionItem.result, StoredJob.status)
        .outerjoin(StoredJob, StoredJob.id == JobSelectionItem.job_id)
        .where(JobSelectionItem.selection_id == selection_id)
        .order_by(JobSelectionItem.id)
    )
    return [
        {"job_id": job_id, "step": step, "result": result, "status": shown(status) if status else "pruned"}
        for job_id, step, result, status in (await db.execute(asked)).all()
    ]


async def states_of_step(db: AsyncSession, selection: JobSelection) -> dict[str, int]:
    """How the jobs replayed in the selection's last step stand: waiting, failing (tried in vain), or their status."""
    asked = (
        select(StoredJob.status, StoredJob.last_error)
        .join(JobSelectionItem, JobSelectionItem.job_id == StoredJob.id)
        .where(JobSelectionItem.selection_id == selection.id, JobSelectionItem.step == selection.step)
        .where(JobSelectionItem.result == "replayed")
    )
    counts: dict[str, int] = {}
    for status, error in (await db.execute(asked)).all():
        waiting = status in (Status.QUEUED, Status.RUNNING)
        state = ("failing" if error else "waiting") if waiting else status
        counts[state] = counts.get(state, 0) + 1
    return counts


def matching(type: str | None, fingerprint: str | None, until: datetime) -> list[ColumnElement[bool]]:
    """The filter of a selection."""
    where = [DEAD, StoredJob.updated_at <= until]
    if type is not None:
        where.append(StoredJob.type == type)
    if fingerprint is not None:
        where.append(StoredJob.fingerprint == fingerprint)
    return where
