"""Throwing away what requests without a record had read: content first, then the rows that say where it is.

The case itself stays at its origin, and asking again reads it anew. Every step may be repeated.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from waypost.archive.keeping import queries as keeping
from waypost.archive.keeping import wishes
from waypost.archive.keeping.erasers import Erasers, Erasure
from waypost.archive.keeping.models import ErasureDue, ItemState, ReleaseState, ReleaseWish
from waypost.archive.keeping.releasing import end_release, list_record
from waypost.archive.records import queries as records
from waypost.archive.records.models import RecordState
from waypost.archive.requests import queries as requests
from waypost.archive.requests.forgetting import actions, queries
from waypost.archive.requests.forgetting.models import PutAside
from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.audit.actions import record
from waypost.platform.jobs import Run
from waypost.platform.jobs.run import Later
from waypost.platform.storage.blobs import Blobs
from waypost.platform.work import Work

AT_ONCE, MOST = 100, 2_000
"""Requests of one step, and of one night."""
SWEPT_AT_ONCE, MOST_SWEPT = 1_000, 100_000
SWEPT = timedelta(days=1)
"""What a run put aside and did not come to name is deleted after this time; the run has ended by then."""
AWHILE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the content of requests without a record stays; None: for ever."""

    keep: timedelta | None = timedelta(days=90)


async def forget_what_is_over(run: Run, patience: Patience) -> int:
    """Requests that ended long ago without a record, at most `MOST` of them a night; gives how many."""
    total = 0
    while patience.keep is not None and total < MOST:
        async with run.work() as work:
            chosen = await queries.over(work.db, work.now - patience.keep, AT_ONCE)
        gone = await forget(run, chosen, "retention") if chosen else 0
        total += gone
        if gone < AT_ONCE:
            break
    if total and patience.keep is not None:
        async with run.work() as work:
            said = {"requests": total, "because": "retention", "days": patience.keep.days}
            await record(work, "archive.requests.forgotten", "archive_request", None, said)
    return total


async def forget(run: Run, request_ids: Collection[UUID], because: str) -> int:
    """Forget what these had read, but for those that something holds; gives how many."""
    async with run.work() as work:
        found = await actions.begin_forgetting(work, request_ids, because)
        keys = await _content(work, found)
    for one in found:
        if eraser := run.of(Erasers).of(one.kind):
            await eraser.let_go(run, Erasure(one.kind, one.source, one.ref))
    await run.of(Blobs).delete(keys)
    async with run.work() as work:
        return await actions.forget(work, [one.id for one in found], keys)


async def _content(work: Work, found: Sequence[ArchiveRequest]) -> list[str]:
    """What they put into the store and nothing else needs."""
    ids = [one.id for one in found]
    made = {key for one in found for key in queries.made_by(one)}
    files = queries.owned({key for one in found for key in one.blobs.values()})
    files |= await queries.put_aside_by(work.db, ids) - made
    return sorted(made | files - await queries.named_elsewhere(work.db, files, requests=ids))


async def forget_chosen(run: Run, request_id: UUID) -> None:
    """On one person's word; audited for itself."""
    if await forget(run, [request_id], "chosen"):
        async with run.work() as work:
            await record(work, "archive.request.forgotten", "archive_request", request_id, {"because": "chosen"})


async def sweep(run: Run) -> int:
    """Delete what runs put aside and did not name: half-made files of a run that died, pages before their signature."""
    total = 0
    while total < MOST_SWEPT:
        async with run.work() as work:
            rows = await queries.leftovers(work.db, work.now - SWEPT, SWEPT_AT_ONCE)
            keys = await _needless(work, rows)
        await run.of(Blobs).delete(sorted(keys))
        async with run.work() as work:
            await actions.swept(work, [row.id for row in rows], sorted(keys))
        total += len(rows)
        if len(rows) < SWEPT_AT_ONCE:
            break
    return total


async def _needless(work: Work, rows: Sequence[PutAside]) -> set[str]:
    """Keys of these that nothing needs: unsigned pages of what is kept, and what no row ever came to name."""
    ids = {row.request_id for row in rows}
    asked = await queries.some(work.db, ids)
    named = {key for one in asked for key in actions.still_needed(one)}
    keys = {row.storage_key for row in rows} - named
    unsigned = keys & {key for one in asked for key in queries.made_by(one)}
    others = keys - unsigned
    return unsigned | others - await queries.named_elsewhere(work.db, others, requests=ids)


async def erase_wish(run: Run, item_id: UUID) -> None:
    """One request of an agreed list: taken back where it is on its way, then forgotten, also at its origin.

    One that became a record meanwhile goes as that, on the same list. Where its case has a record, that one's place on
    a list decides about the origin.
    """
    async with run.work() as work:
        request = await _due(work, item_id)
        alone = request is not None and await _has_no_record(work, request)
    if request is None:
        return
    if alone and (eraser := run.of(Erasers).of(request.kind)):
        await eraser.erase(run, Erasure(request.kind, request.source, request.ref))
    await forget(run, [request.id], "person")
    async with run.finishing() as work:
        await _end(work, item_id)


async def _due(work: Work, item_id: UUID) -> ArchiveRequest | None:
    """The request, ended; None when there is nothing to do with it."""
    item = await wishes.by_id(work.db, item_id, for_update=True)
    if item is None or item.ended_at is not None:
        return None
    if (await keeping.release_by_id(work.db, item.release_id)).state != ReleaseState.AGREED:
        return None
    request = await requests.by_id(work.db, item.request_id, lock=True)
    if request.version_id is not None:
        await _recorded(work, item, request)
        return None
    if await queries.case_is_held(work.db, request):
        await _kept(work, item, "held")
        return None
    if not request.ended:
        await actions.end_withdrawn(work, request)
    return request


async def _recorded(work: Work, item: ReleaseWish, request: ArchiveRequest) -> None:
    """It goes on as its record: that stands on the list from now on, and waits until the record is whole."""
    if request.record_id is None or not request.ended:
        raise Later(AWHILE)
    listed = await list_record(work, item.release_id, request.record_id)
    await _kept(work, item, "recorded")
    if listed is not None:
        work.tell(ErasureDue(listed))


async def _has_no_record(work: Work, request: ArchiveRequest) -> bool:
    found = await records.by_case(work.db, request.kind, request.source, request.ref)
    return found is None or found.state == RecordState.ERASED


async def _kept(work: Work, item: ReleaseWish, because: str) -> None:
    item.state, item.because, item.ended_at = ItemState.KEPT, because, work.now
    await work.db.flush()
    await end_release(work, item.release_id)


async def _end(work: Work, item_id: UUID) -> None:
    item = await wishes.by_id(work.db, item_id, for_update=True)
    if item is None or item.ended_at is not None:
        return
    request = await requests.by_id(work.db, item.request_id)
    if await queries.case_is_held(work.db, request):
        await _kept(work, item, "held")
        return
    if request.forgotten_at is None:
        raise Later(AWHILE)
    item.state, item.ended_at = ItemState.ERASED, work.now
    said = {"because": "person", "release": str(item.release_id)}
    await record(work, "archive.request.forgotten", "archive_request", request.id, said)
    await work.db.flush()
    await end_release(work, item.release_id)
