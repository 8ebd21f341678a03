"""Questions about what was kept. The organisation is never part of one: row security answers for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.records.models import KeptFile, Record, RecordVersion, Verification, VersionState
from waypost.platform.errors import NotFound
from waypost.platform.facts import KeptFact
from waypost.platform.rows import among

HAPPENED = 100
"""Lines of a timeline that are shown."""


class RecordNotFound(NotFound):
    """There is no such record."""


class VersionNotFound(NotFound):
    """This record has no such version."""


async def by_id(db: AsyncSession, record_id: UUID, *, for_update: bool = False) -> Record:
    """One record; refuses when this organisation has none of that id."""
    chosen = select(Record).where(Record.id == record_id)
    record = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if record is None:
        raise RecordNotFound
    return record


async def by_case(db: AsyncSession, kind: str, source: str, ref: str, *, for_update: bool = False) -> Record | None:
    """The record of a case, when it has one."""
    chosen = select(Record).where(Record.origin_kind == kind, Record.source == source, Record.ref == ref)
    found: Record | None = await db.scalar(chosen.with_for_update() if for_update else chosen)
    return found


async def version_by_id(db: AsyncSession, version_id: UUID, *, for_update: bool = False) -> RecordVersion:
    """One version; refuses when there is none of that id."""
    chosen = select(RecordVersion).where(RecordVersion.id == version_id)
    version = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if version is None:
        raise VersionNotFound
    return version


async def version_of_request(db: AsyncSession, request_id: UUID) -> RecordVersion | None:
    """What a request made, when it made something."""
    found: RecordVersion | None = await db.scalar(select(RecordVersion).where(RecordVersion.request_id == request_id))
    return found


async def versions(db: AsyncSession, record_id: UUID) -> Sequence[RecordVersion]:
    """All versions of a record, the newest first; a case is kept again a handful of times."""
    chosen = select(RecordVersion).where(RecordVersion.record_id == record_id)
    return (await db.scalars(chosen.order_by(RecordVersion.number.desc()).limit(HAPPENED))).all()


async def numbered(db: AsyncSession, record: Record, number: int | None = None) -> RecordVersion:
    """A version by its number; the newest one that stands without. Refuses when there is none."""
    chosen = select(RecordVersion).where(RecordVersion.record_id == record.id)
    found = await db.scalar(chosen.where(RecordVersion.number == (number or record.newest or record.numbered)))
    if found is None:
        raise VersionNotFound
    return found


async def files(db: AsyncSession, version_id: UUID) -> Sequence[KeptFile]:
    """The files of a version in their order: PDFs, attachments, the sidecar last."""
    chosen = select(KeptFile).where(KeptFile.version_id == version_id)
    return (await db.scalars(chosen.order_by(KeptFile.ordinal))).all()


async def files_of(db: AsyncSession, version_ids: Sequence[UUID]) -> Sequence[KeptFile]:
    """The files of some versions, each version's in their order."""
    chosen = select(KeptFile).where(among(KeptFile.version_id, version_ids))
    return (await db.scalars(chosen.order_by(KeptFile.version_id, KeptFile.ordinal))).all()


async def file_by_id(db: AsyncSession, record_id: UUID, file_id: UUID) -> KeptFile:
    """A file of a record; refuses when it belongs to another one."""
    chosen = select(KeptFile).join(
        RecordVersion, (RecordVersion.org_id == KeptFile.org_id) & (RecordVersion.id == KeptFile.version_id)
    )
    found = await db.scalar(chosen.where(KeptFile.id == file_id, RecordVersion.record_id == record_id))
    if found is None:
        raise RecordNotFound("This record has no such file")
    return found


async def newest_check(db: AsyncSession, version_id: UUID) -> Verification | None:
    """What was found when a version was looked at last."""
    chosen = select(Verification).where(Verification.version_id == version_id)
    found: Verification | None = await db.scalar(
        chosen.order_by(Verification.at.desc(), Verification.id.desc()).limit(1)
    )
    return found


async def happened(db: AsyncSession, record_id: UUID) -> Sequence[KeptFact]:
    """The newest lines of a record's timeline, oldest of them first."""
    chosen = select(KeptFact).where(KeptFact.thing_id == record_id)
    newest = chosen.order_by(KeptFact.at.desc(), KeptFact.id.desc()).limit(HAPPENED)
    return (await db.scalars(newest)).all()[::-1]


async def damaged_versions(db: AsyncSession, record_id: UUID, *, but: UUID) -> int:
    """How many other versions of a record are damaged."""
    chosen = select(func.count()).where(
        RecordVersion.record_id == record_id, RecordVersion.state == VersionState.DAMAGED, RecordVersion.id != but
    )
    return (await db.execute(chosen)).scalar_one()


async def to_look_at(db: AsyncSession, before: datetime, limit: int) -> list[UUID]:
    """Versions that nobody looked at since `before`, the longest neglected first."""
    chosen = select(RecordVersion.id).where(
        RecordVersion.looked_at < before, RecordVersion.looked_at.is_not(None), RecordVersion.erased_at.is_(None)
    )
    return list(await db.scalars(chosen.order_by(RecordVersion.looked_at, RecordVersion.id).limit(limit)))


async def to_raise(db: AsyncSession, now: datetime, limit: int) -> list[UUID]:
    """Versions whose next try for a higher level is due, the longest waiting first."""
    chosen = select(RecordVersion.id).where(RecordVersion.raise_at <= now)
    return list(await db.scalars(chosen.order_by(RecordVersion.raise_at, RecordVersion.id).limit(limit)))


async def at_positions(db: AsyncSession, positions: Sequence[int]) -> Sequence[RecordVersion]:
    """The versions whose leaves stand at these places of the log, read anew."""
    chosen = select(RecordVersion).where(among(RecordVersion.log_position, positions))
    return (await db.scalars(chosen.execution_options(populate_existing=True))).all()
