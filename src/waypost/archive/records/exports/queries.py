"""Questions about exports."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.records.exports.models import ArchiveExport, ExportItem, ExportPiece
from waypost.archive.records.listing import Filters, narrowed
from waypost.archive.records.models import KeptFile, Record, RecordVersion
from waypost.platform.errors import NotFound
from waypost.platform.places import Place
from waypost.platform.rows import among

PAGE = 50
ENTRIES_AT_ONCE = 200
"""Pieces whose entries are read together."""


class ExportNotFound(NotFound):
    """There is no such export."""


async def by_id(db: AsyncSession, export_id: UUID, *, for_update: bool = False) -> ArchiveExport:
    """One export, as it is now; refuses when this organisation has none of that id."""
    chosen = select(ArchiveExport).where(ArchiveExport.id == export_id).execution_options(populate_existing=True)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise ExportNotFound
    return found


async def page(db: AsyncSession, *, before: Place | None = None, limit: int = PAGE) -> Sequence[ArchiveExport]:
    """Newest first, one more than `limit` where there are more."""
    chosen = select(ArchiveExport).order_by(ArchiveExport.made_at.desc(), ArchiveExport.id.desc()).limit(limit + 1)
    if before:
        chosen = chosen.where(tuple_(ArchiveExport.made_at, ArchiveExport.id) < before)
    return (await db.scalars(chosen)).all()


async def measured(db: AsyncSession, filters: Filters, ids: Sequence[UUID]) -> tuple[int, int]:
    """How many records a choice holds, and about how many bytes."""
    chosen = select(func.count(), func.coalesce(func.sum(Record.size_bytes), 0)).where(*_choice(filters, ids))
    count, size = (await db.execute(chosen)).one()
    return int(count), int(size)


async def chosen(
    db: AsyncSession, filters: Filters, ids: Sequence[UUID], *, after: Place | None, limit: int
) -> list[tuple[datetime, UUID]]:
    """`(kept_at, id)` of the records of a choice, oldest first, by keyset."""
    wanted = select(Record.kept_at, Record.id).where(*_choice(filters, ids))
    if after:
        wanted = wanted.where(tuple_(Record.kept_at, Record.id) > after)
    rows = await db.execute(wanted.order_by(Record.kept_at, Record.id).limit(limit))
    return [(at, record_id) for at, record_id in rows if at is not None]


async def forget_items(db: AsyncSession, export_id: UUID) -> None:
    """A choice that was only half written down."""
    await db.execute(delete(ExportItem).where(ExportItem.export_id == export_id))


def _choice(filters: Filters, ids: Sequence[UUID]) -> list[Any]:
    conditions = [Record.kept_at.is_not(None), *narrowed(filters)]
    return [*conditions, among(Record.id, ids)] if ids else conditions


async def items(db: AsyncSession, export_id: UUID, start: int, limit: int) -> Sequence[ExportItem]:
    """Chosen records from an ordinal on."""
    chosen = select(ExportItem).where(ExportItem.export_id == export_id, ExportItem.ordinal >= start)
    return (await db.scalars(chosen.order_by(ExportItem.ordinal).limit(limit))).all()


async def records_of(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Record]:
    """Records by id."""
    return {one.id: one for one in await db.scalars(select(Record).where(among(Record.id, ids)))}


async def versions_of(db: AsyncSession, ids: Sequence[UUID]) -> Sequence[RecordVersion]:
    """All versions of some records that stood at some time, oldest first."""
    chosen = select(RecordVersion).where(among(RecordVersion.record_id, ids), RecordVersion.kept_at.is_not(None))
    return (await db.scalars(chosen.order_by(RecordVersion.record_id, RecordVersion.number))).all()


async def files_of(db: AsyncSession, ids: Sequence[UUID]) -> Sequence[KeptFile]:
    """The files of some versions."""
    chosen = select(KeptFile).where(among(KeptFile.version_id, ids))
    return (await db.scalars(chosen.order_by(KeptFile.version_id, KeptFile.ordinal))).all()


async def pieces(db: AsyncSession, export_id: UUID) -> list[tuple[str, int]]:
    """Key and size of every piece, in order."""
    chosen = select(ExportPiece.storage_key, ExportPiece.size).where(ExportPiece.export_id == export_id)
    return [(key, size) for key, size in await db.execute(chosen.order_by(ExportPiece.ordinal))]


async def keys(db: AsyncSession, export: ArchiveExport) -> list[str]:
    """Everything of it that is, or may be, in the store."""
    return [*(key for key, _size in await pieces(db, export.id)), *(export.loose or ())]


async def entries(db: AsyncSession, export_id: UUID, start: int) -> Sequence[Any]:
    """`(ordinal, entries)` of some pieces from an ordinal on."""
    wanted = select(ExportPiece.ordinal, ExportPiece.entries).where(
        ExportPiece.export_id == export_id, ExportPiece.ordinal >= start
    )
    return (await db.execute(wanted.order_by(ExportPiece.ordinal).limit(ENTRIES_AT_ONCE))).all()


async def forget_pieces(db: AsyncSession, export_id: UUID) -> None:
    """Its bytes are gone."""
    await db.execute(delete(ExportPiece).where(ExportPiece.export_id == export_id))


async def holding(db: AsyncSession, record_id: UUID) -> Sequence[ArchiveExport]:
    """Exports, ready or not, whose bytes hold a record or would; locked in the order of their ids."""
    items = select(ExportItem.export_id).where(ExportItem.record_id == record_id)
    chosen = select(ArchiveExport).where(ArchiveExport.id.in_(items)).order_by(ArchiveExport.id)
    return (await db.scalars(chosen.with_for_update().execution_options(populate_existing=True))).all()


async def to_expire(db: AsyncSession, now: datetime, limit: int) -> Sequence[ArchiveExport]:
    """Exports whose bytes are to go: expired, cancelled or failed."""
    chosen = select(ArchiveExport).where(ArchiveExport.expires_at <= now)
    return (await db.scalars(chosen.limit(limit).with_for_update(skip_locked=True))).all()


async def item_by_id(db: AsyncSession, item_id: UUID) -> ExportItem:
    """One chosen record."""
    return (await db.scalars(select(ExportItem).where(ExportItem.id == item_id))).one()
