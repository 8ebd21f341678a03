"""Verbs of exports: ask, cancel, expire."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from waypost.archive.records.diligence import Diligence
from waypost.archive.records.exports import queries
from waypost.archive.records.exports.models import EXPORT_PROGRESSED, ArchiveExport, ExportAsked, State
from waypost.archive.records.listing import Filters
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.jobs.pokes import poke_live
from waypost.platform.work import Work

GOING = (State.QUEUED, State.BUILDING)
FETCHED = (*GOING, State.READY)
FORGOTTEN = "…"
"""What stands where somebody's words stood: a question may name a person."""


class NothingToExport(Invalid):
    """No record matches: there is nothing to export."""


class ExportTooLarge(Invalid):
    """These records are too large for one export: choose a shorter time."""


class ExportEnded(Conflict):
    """This export has come to its end already."""


async def ask(
    work: Work, filters: Filters, ids: Sequence[UUID], asked: dict[str, Any], diligence: Diligence
) -> ArchiveExport:
    """Wish for a ZIP of the records that the filters leave, or of these; audited. Refuses `NothingToExport`, and
    `ExportTooLarge` above the operator's limit."""
    count, size = await queries.measured(work.db, filters, ids)
    if not count:
        raise NothingToExport
    if size > diligence.export_bytes:
        raise ExportTooLarge
    made = ArchiveExport(id=new_id(), made_at=work.now, made_by=work.actor.person_id, asked=asked, total=count)
    work.db.add(made)
    await work.db.flush()
    await record(work, "archive.export.asked", "archive_export", made.id, {"records": count})
    work.tell(ExportAsked(made.id))
    return made


async def cancel(work: Work, export_id: UUID) -> ArchiveExport:
    """Make no more of it; its pieces are removed by the clock. Refuses `ExportEnded`."""
    export = await queries.by_id(work.db, export_id, for_update=True)
    if export.state not in GOING:
        raise ExportEnded
    export.state, export.ended_at, export.expires_at = State.CANCELLED, work.now, work.now
    progressed(work, export_id)
    return export


async def withdraw(work: Work, record_id: UUID) -> tuple[int, list[str]]:
    """Nobody fetches a ZIP with this record any more: how many were withdrawn now, and what to delete in the store.

    The rows that name the bytes stay until the clock has removed them once more: a run that was building meanwhile
    may have put a last piece there.
    """
    found = await queries.holding(work.db, record_id)
    keys = [key for one in found for key in await queries.keys(work.db, one)]
    fresh = [one for one in found if one.state in FETCHED]
    for export in fresh:
        export.state, export.ended_at, export.expires_at = State.WITHDRAWN, export.ended_at or work.now, work.now
        forget_words(export)
        await record(work, "archive.export.withdrawn", "archive_export", export.id, {"record": str(record_id)})
        progressed(work, export.id)
    await work.db.flush()
    return len(fresh), keys


def forget_words(export: ArchiveExport) -> None:
    """Its line says that somebody searched, and no longer what for."""
    if export.asked.get("q"):
        export.asked = export.asked | {"q": FORGOTTEN}


def progressed(work: Work, export_id: UUID) -> None:
    """Pages that show it look again once this stands."""
    work.after_commit(partial(poke_live, work.org, EXPORT_PROGRESSED, export_id))
