"""What follows: terms of what was kept, what is due, erasure on two people's word, and sweeping the storage."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from waypost.archive.keeping import actions, erasing, queries, releasing
from waypost.archive.keeping.doomed import Doomed
from waypost.archive.keeping.erasers import Erasers, Erasure
from waypost.archive.keeping.models import ErasureDue, Release, RetentionChanged
from waypost.archive.keeping.sweeping import Sweeper
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.sidecar import sidecar_bytes
from waypost.archive.records import queries as records
from waypost.archive.records.models import CaseArchived
from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.jobs.run import Later
from waypost.platform.storage.blobs import Blobs
from waypost.platform.work import Work

QUEUE = "archive"
STEP = 500
AWHILE = timedelta(minutes=1)


@jobs.on(CaseArchived, type="archive_set_term", queue=QUEUE, key="record_id")
async def archive_set_term(run: Run, fact: CaseArchived) -> None:
    """How long it is kept; where the storage locks, it locks until then."""
    async with run.work() as work:
        version = await records.version_by_id(work.db, fact.version_id)
        paths = [one.path for one in await records.files(work.db, fact.version_id) if one.path]
    tags = await _tags(run, version.snapshot_key)
    async with run.work() as work:
        await actions.note_tags(work, fact.record_id, tags)
        until = (await records.by_id(work.db, fact.record_id)).retain_until
    locked = await run.of(Shelf).guard(paths, until) if until else None
    if locked is not None:
        async with run.finishing() as work:
            (await records.version_by_id(work.db, fact.version_id, for_update=True)).locked_until = locked


async def _tags(run: Run, snapshot_key: str | None) -> list[str]:
    if snapshot_key is None:
        return []
    snapshot = json.loads(await run.of(Blobs).read(snapshot_key))
    return [str(tag) for tag in snapshot.get("subject", {}).get("tags", [])]


@jobs.on(RetentionChanged, type="archive_apply_retention", queue=QUEUE, one_per="class_id", priority=-10)
async def archive_apply_retention(run: Run, fact: RetentionChanged) -> None:
    """Ask every record again, page by page; a repetition finds nothing left to change."""
    after: UUID | None = None
    while True:
        async with run.work() as work:
            page = await queries.standing_after(work.db, after, STEP)
            await actions.apply_classes(work, page)
        if len(page) < STEP:
            return
        after = page[-1]


@jobs.every("10 3 * * *", type="archive_list_due")
async def archive_list_due(run: Run) -> None:
    """The dry run: what could go now, as a list that a person may propose."""
    async with run.finishing() as work:
        await releasing.list_due(work)


@jobs.every("25 * * * *", type="archive_sweep_places")
async def archive_sweep_places(run: Run) -> None:
    """Litter of writers that died: soon after a start, then daily; the storage is one for all organisations."""
    await run.of(Sweeper).sweep(run.now)


@jobs.on(ErasureDue, type="archive_erase_record", queue=QUEUE, one_per="item_id", replay="idempotent")
async def archive_erase_record(run: Run, fact: ErasureDue) -> None:
    """At the origin, in our store, in its place; then the rows, the log and the certificate."""
    try:
        async with run.work() as work:
            found = await erasing.begin(work, fact.item_id)
            release = await _release(work, fact.item_id) if found else None
    except erasing.StillBeingKept:
        raise Later(AWHILE) from None
    if found is None or release is None:
        return
    if until := await _locked(run, found):
        async with run.finishing() as work:
            await erasing.keep_locked(work, fact.item_id, until)
        return
    origin = await _erase(run, found, release)
    async with run.finishing() as work:
        await erasing.finish(work, fact.item_id, origin)


async def _release(work: Work, item_id: UUID) -> Release | None:
    item = await queries.item_by_id(work.db, item_id)
    return await queries.release_by_id(work.db, item.release_id) if item else None


async def _locked(run: Run, found: Doomed) -> datetime | None:
    """The latest lock on one of its files that has not ended."""
    shelf = run.of(Shelf)
    locks = [until for path in found.paths if (until := await shelf.locked_until(path)) and until > run.now]
    return max(locks, default=None)


async def _erase(run: Run, found: Doomed, release: Release) -> Mapping[str, int]:
    record = found.record
    eraser = run.of(Erasers).of(record.origin_kind)
    case = Erasure(record.origin_kind, record.source, record.ref)
    origin = await eraser.erase(run, case) if eraser else {}
    await run.of(Blobs).delete(found.keys)
    async with run.work() as work:
        await erasing.forget_blobs(work, list(found.keys))
    shelf = run.of(Shelf)
    if found.tombstone:
        await shelf.leave(found.tombstone, sidecar_bytes(erasing.tombstone(found, release)))
    await shelf.delete(found.paths)
    return origin
