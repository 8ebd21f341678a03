"""What follows from a wish for an export: it is built, and it leaves when its time is over."""

from datetime import timedelta

from waypost.archive.evidence import queries as evidence
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.places.refusals import PlaceSilent
from waypost.archive.records.diligence import Diligence
from waypost.archive.records.exports import queries
from waypost.archive.records.exports.actions import forget_words, progressed
from waypost.archive.records.exports.asking import choice_of
from waypost.archive.records.exports.building import Building, Stopped
from waypost.archive.records.exports.fronting import Extras, front
from waypost.archive.records.exports.models import ArchiveExport, ExportAsked, ExportItem, State
from waypost.archive.records.metrics import EXPORTED
from waypost.platform import jobs
from waypost.platform.errors import Refusal
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.storage.blobs import Blobs, StoreUnavailable

LONG = timedelta(hours=6)
FROZEN_AT_ONCE = 5_000
EXPIRED_AT_ONCE = 20


@jobs.on(ExportAsked, type="archive_export", queue="archive_exports", one_per="export_id", attempts=10, timeout=LONG)
async def build_export(run: jobs.Run, fact: ExportAsked) -> None:
    """From the choice to the last byte; another run goes on where this one ended."""
    if not await _begin(run, fact):
        return
    await _freeze(run, fact)
    building = await Building.resumed(run, fact.export_id)
    try:
        if building.export.indexed_at is None:
            await _fill(run, building)
        await building.directory()
        await building.count()
    except Stopped:
        await building.let_go()
        return
    except (PlaceSilent, StoreUnavailable):
        raise
    except Refusal as refusal:
        await _fail(run, fact, refusal)
        raise
    await _end(run, fact)


@jobs.every("7 * * * *", type="archive_export_expire", queue="archive_exports")
async def forget_what_is_over(run: jobs.Run) -> None:
    """The bytes of exports that expired, were cancelled or withdrawn; the line about them stays."""
    gone = EXPIRED_AT_ONCE
    while gone == EXPIRED_AT_ONCE:
        async with run.work() as work:
            over = await queries.to_expire(work.db, work.now, EXPIRED_AT_ONCE)
            keys = {one.id: await queries.keys(work.db, one) for one in over}
        for export_id, some in keys.items():
            await run.of(Blobs).delete(some)
            async with run.work() as work:
                export = await queries.by_id(work.db, export_id, for_update=True)
                await queries.forget_pieces(work.db, export_id)
                await queries.forget_items(work.db, export_id)
                export.state = State.EXPIRED if export.state == State.READY else export.state
                export.expires_at, export.loose = None, []
                forget_words(export)
        gone = len(keys)


async def _fill(run: jobs.Run, building: Building) -> None:
    """Everything but the directory."""
    if building.pieces == 0:
        async for name, content in front(run.org, run.work, run.of(Keeper), building.export.checkpoint_size):
            await building.whole(name, content)
    await building.records()
    for extra in run.of(Extras).by_name.values():
        async for name, content in extra(run.work):
            await building.whole(name, content)
    await building.index()
    await building.count(indexed=True)


async def _begin(run: jobs.Run, fact: ExportAsked) -> bool:
    """Whether it is still wanted; a checkpoint is signed first, so that all proofs lead to the same one."""
    await run.of(Keeper).checkpoint(run.org, run.work)
    async with run.work() as work:
        export = await queries.by_id(work.db, fact.export_id, for_update=True)
        if export.state not in (State.QUEUED, State.BUILDING):
            return False
        if export.state == State.QUEUED:
            newest = await evidence.checkpoint(work.db)
            export.state, export.checkpoint_size = State.BUILDING, newest.size if newest else None
            progressed(work, export.id)
    return True


async def _freeze(run: jobs.Run, fact: ExportAsked) -> None:
    """Write the choice down, record by record: what is kept later is no part of it."""
    async with run.work() as work:
        export = await queries.by_id(work.db, fact.export_id, for_update=True)
        if export.frozen_at is not None:
            return
        await queries.forget_items(work.db, export.id)
        filters, ids = choice_of(export.asked)
        after, total = None, 0
        while rows := await queries.chosen(work.db, filters, ids, after=after, limit=FROZEN_AT_ONCE):
            items = [
                {"id": new_id(), "export_id": export.id, "ordinal": total + at, "record_id": record_id, "problems": []}
                for at, (_kept_at, record_id) in enumerate(rows)
            ]
            await insert_rows(work.db, ExportItem, items)
            after, total = rows[-1], total + len(rows)
        export.total, export.frozen_at = total, work.now


async def _end(run: jobs.Run, fact: ExportAsked) -> None:
    async with run.finishing() as work:
        export = await queries.by_id(work.db, fact.export_id, for_update=True)
        if export.state != State.BUILDING:
            return
        export.state, export.ended_at = State.READY, work.now
        export.expires_at = work.now + run.of(Diligence).exports_stay
        progressed(work, export.id)
        work.after_commit(EXPORTED.labels("ready").inc)


async def _fail(run: jobs.Run, fact: ExportAsked, refusal: Refusal) -> None:
    async with run.work() as work:
        export: ArchiveExport = await queries.by_id(work.db, fact.export_id, for_update=True)
        if export.state != State.BUILDING:
            return
        export.state, export.ended_at, export.error = State.FAILED, work.now, refusal.title()
        export.expires_at = work.now
        progressed(work, export.id)
    EXPORTED.labels("failed").inc()
