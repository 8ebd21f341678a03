"""Questions about frozen selections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from waypost.console.operations.selections.models import JobSelection, JobSelectionItem
from waypost.platform.jobs.declare import verdict_on
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.queries import DEAD, shown

SAMPLE, LINES, MADE = 5, 200, 20
LIVE = (Status.QUEUED, Status.RUNNING)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an act would touch: exact counts by type of job, and the ids of the first few."""

    types: list[dict[str, Any]]
    sample: list[UUID]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(line["count"] for line in self.types)


async def dry_run(db: AsyncSession, selection: JobSelection) -> DryRun:
    """Count what the selection holds, those among them whose work a live twin does already, and pick a sample."""
    where = await matching(db, selection)
    twin = aliased(StoredJob)
    has_twin = exists().where(twin.dedupe_key == StoredJob.dedupe_key, twin.status.in_(LIVE))
    counted = select(StoredJob.type, func.count(), func.count().filter(has_twin)).where(*where)
    rows = await db.execute(counted.group_by(StoredJob.type).order_by(StoredJob.type))
    types = [
        {"type": type_, "count": count, "twins": twins, "verdict": verdict_on(type_)} for type_, count, twins in rows
    ]
    sample = await db.scalars(select(StoredJob.id).where(*where).order_by(StoredJob.id).limit(SAMPLE))
    return DryRun(types, list(sample))


async def next_of_selection(db: AsyncSession, selection: JobSelection, limit: int) -> Sequence[StoredJob]:
    """The selection's next dead letters in the order they were made, locked."""
    where = await matching(db, selection)
    asked = select(StoredJob).where(*where).order_by(StoredJob.id).limit(limit).with_for_update()
    if selection.after_id is not None:
        asked = asked.where(StoredJob.id > selection.after_id)
    return (await db.scalars(asked)).all()


async def matching(db: AsyncSession, selection: JobSelection) -> list[ColumnElement[bool]]:
    """Which jobs belong to a selection."""
    where = [DEAD, StoredJob.updated_at <= selection.made_at]
    if selection.type is not None:
        where.append(StoredJob.type == selection.type)
    if selection.fingerprint is not None:
        where.append(StoredJob.fingerprint == selection.fingerprint)
    if selection.again_of is not None:
        where.append(await _rest_of(db, selection.again_of))
    return where


async def _rest_of(db: AsyncSession, selection_id: UUID) -> ColumnElement[bool]:
    """Jobs of an earlier selection that its act came to, and those that it never reached."""
    item = JobSelectionItem
    touched = exists().where(item.selection_id == selection_id, item.job_id == StoredJob.id)
    earlier = await by_id(db, selection_id)
    if earlier is None or earlier.after_id is None:
        return touched
    return or_(touched, and_(*await matching(db, earlier), StoredJob.id > earlier.after_id))


async def by_id(db: AsyncSession, selection_id: UUID, *, locked: bool = False) -> JobSelection | None:
    """A frozen selection and how far its act is."""
    asked = select(JobSelection).where(JobSelection.id == selection_id)
    return (await db.scalars(asked.with_for_update() if locked else asked)).one_or_none()


async def newest(db: AsyncSession) -> Sequence[JobSelection]:
    """The last few that were acted on."""
    acted = select(JobSelection).where(JobSelection.state != "frozen")
    return (await db.scalars(acted.order_by(JobSelection.id.desc()).limit(MADE))).all()


async def receipt(
    db: AsyncSession, selection_id: UUID, *, after: UUID | None = None, limit: int = LINES
) -> list[dict[str, Any]]:
    """The next lines of a receipt: each job that the act came to, what was done, and how it stands now."""
    asked = (
        select(JobSelectionItem, StoredJob.type, StoredJob.status, StoredJob.last_error)
        .outerjoin(StoredJob, StoredJob.id == JobSelectionItem.job_id)
        .where(JobSelectionItem.selection_id == selection_id)
        .order_by(JobSelectionItem.id)
        .limit(limit)
    )
    if after is not None:
        asked = asked.where(JobSelectionItem.id > after)
    return [_line(*row) for row in (await db.execute(asked)).all()]


def _line(item: JobSelectionItem, type_: str | None, status: str | None, error: str | None) -> dict[str, Any]:
    return {
        "id": item.id,
        "job_id": item.job_id,
        "step": item.step,
        "result": item.result,
        "at": item.at,
        "type": type_,
        "status": shown(status) if status else "pruned",
        "error": error,
    }


async def states_of_step(db: AsyncSession, selection: JobSelection) -> list[str]:
    """How the jobs of the last step stand, in the order they were replayed: waiting, failing, or their status."""
    asked = (
        select(StoredJob.status, StoredJob.last_error)
        .join(JobSelectionItem, JobSelectionItem.job_id == StoredJob.id)
        .where(JobSelectionItem.selection_id == selection.id, JobSelectionItem.step == selection.step)
        .where(JobSelectionItem.result == "replayed")
        .order_by(JobSelectionItem.id)
    )
    return [_state(status, error) for status, error in (await db.execute(asked)).all()]


def _state(status: str, error: str | None) -> str:
    """A job that waits for another try after an error has failed again."""
    return ("failing" if error else "waiting") if status in LIVE else status
