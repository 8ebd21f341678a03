"""What follows: terms of what was kept, what is due, erasure on two people's word, and sweeping the storage."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waypost.archive.keeping import actions, erasing, forgetting, queries, releasing
from waypost.archive.keeping.doomed import Doomed
from waypost.archive.keeping.erasers import Erasers, Erasure
from waypost.archive.keeping.models import ErasureDue, Release, RetentionChanged, WishErasureDue
from waypost.archive.keeping.sweeping import Sweeper
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.sidecar import sidecar_bytes
from waypost.archive.records import queries as records
from waypost.archive.records.exports import actions as exports
from waypost.archive.records.models import CaseArchived
from waypost.archive.requests.forgetting import queries as wishes
from waypost.archive.requests.forgetting.actions import forget_blobs, note_people
from waypost.archive.requests.forgetting.models import ForgettingAsked
from waypost.archive.requests.participants import addresses
from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.platform.jobs.run import Later
from waypost.platform.storage.blobs import BlobMissing, Blobs
from waypost.platform.work import Work

QUEUE = "archive"
STEP = 500
READ_AT_ONCE = 200
"""Records whose snapshots are read by one run."""
AWHILE = timedelta(minutes=1)


@jobs.on(CaseArchived, type="archive_set_term", queue=QUEUE, key="record_id")
async def archive_set_term(run: Run, fact: CaseArchived) -> None:
    """How long it is kept, and who has a part in it; where the storage locks, it locks until then."""
    async with run.work() as work:
        version = await records.version_by_id(work.db, fact.version_id)
        paths = [one.path for one in await records.files(work.db, fact.version_id) if one.path]
    snapshot = await _snapshot(run, version.snapshot_key)
    tags = [str(tag) for tag in snapshot.get("subject", {}).get("tags", [])]
    async with run.work() as work:
        await actions.note_tags(work, fact.record_id, tags)
        await actions.note_participants(work, fact.record_id, addresses(snapshot))
        until = (await records.by_id(work.db, fact.record_id)).retain_until
    locked = await run.of(Shelf).guard(paths, until) if until else None
    if locked is not None:
        async with run.finishing() as work:
            (await records.version_by_id(work.db, fact.version_id, for_update=True)).locked_until = locked


async def _snapshot(run: Run, key: str | None) -> dict[str, Any]:
    """As it was kept; an empty one where none was, or where it is gone."""
    if key is None:
        return {}
    try:
        found: dict[str, Any] = json.loads(await run.of(Blobs).read(key))
    except BlobMissing:
        return {}
    return found


@jobs.every("*/10 * * * *", type="archive_read_participants", queue=QUEUE)
async def archive_read_participants(run: Run) -> None:
    """Who has a part in records that were kept before this was written down; nothing is left to do soon."""
    async with run.work() as work:
        unread = await queries.unread(work.db, READ_AT_ONCE)
    for record_id in unread:
        async with run.work() as work:
            keys = {one.snapshot_key for one in await records.versions(work.db, record_id)}
        found = [addresses(await _snapshot(run, key)) for key in keys]
        async with run.work() as work:
            await actions.note_participants(work, record_id, set().union(*found), all_read=True)
    async with run.work() as work:
        asked = await wishes.unread(work.db, READ_AT_ONCE)
    for request in asked:
        found = [addresses(await _snapshot(run, request.snapshot_key))]
        async with run.work() as work:
            for one in await wishes.locked(work.db, [request.id]):
                await note_people(work, one, found[0])


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


@jobs.every("40 3 * * *", type="archive_forget_requests", queue=QUEUE)
async def archive_forget_requests(run: Run) -> None:
    """What requests had read that never became a record, after its time; and half-made files that nothing names."""
    await forgetting.forget_what_is_over(run, run.of(forgetting.Patience))
    await forgetting.sweep(run)


@jobs.on(ForgettingAsked, type="archive_forget_request", queue=QUEUE, one_per="request_id", replay="idempotent")
async def archive_forget_request(run: Run, fact: ForgettingAsked) -> None:
    """The same for one request, because a person said so."""
    await forgetting.forget_chosen(run, fact.request_id)


@jobs.on(WishErasureDue, type="archive_erase_request", queue=QUEUE, one_per="item_id", replay="idempotent")
async def archive_erase_request(run: Run, fact: WishErasureDue) -> None:
    """The same for one request of a list that two people agreed on, also at its origin."""
    await forgetting.erase_wish(run, fact.item_id)


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
    try:
        async with run.finishing() as work:
            await erasing.finish(work, fact.item_id, found, origin)
    except erasing.StillBeingKept:
        raise Later(AWHILE) from None


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
    async with run.work() as work:
        _, exported = await exports.withdraw(work, record.id)
    await run.of(Blobs).delete(exported)
    eraser = run.of(Erasers).of(record.origin_kind)
    case = Erasure(record.origin_kind, record.source, record.ref)
    origin = await eraser.erase(run, case) if eraser else {}
    await run.of(Blobs).delete(found.keys)
    async with run.work() as work:
        await forget_blobs(work, list(found.keys))
    shelf = run.of(Shelf)
    if found.tombstone:
        await shelf.leave(found.tombstone, sidecar_bytes(erasing.tombstone(found, release)))
    await shelf.delete(found.paths)
    return origin
