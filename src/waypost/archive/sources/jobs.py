"""What follows by the clock: each source is compared with ours; old passages leave."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete

from waypost.archive.requests.actions import Wish, ask, note_closing
from waypost.archive.sources import queries
from waypost.archive.sources.metrics import COMPARED, MISSED
from waypost.archive.sources.models import KIND, GapFound, Passage, Source
from waypost.archive.sources.opening import Zammads
from waypost.archive.sources.reconciling import closed_pages, tagged_pages, triggering, walked_pages
from waypost.archive.sources.standing import moved_on, walked_to, went_badly, went_well
from waypost.archive.sources.zammad.client import Found, Zammad
from waypost.platform import jobs
from waypost.platform.errors import Refusal
from waypost.platform.jobs import Run

QUEUE = "archive"
PASSAGES_KEPT = timedelta(days=400)


@jobs.every("*/5 * * * *", type="archive_sources_compare", queue=QUEUE)
async def compare_sources(run: Run) -> None:
    """Note what was closed, and ask for what asked for it while no webhook came; one source's trouble is its own."""
    async with run.work() as work:
        sources = await queries.to_compare(work.db)
    for source in sources:
        try:
            await _compare(run, source)
        except Refusal as trouble:
            COMPARED.labels("failed").inc()
            async with run.work() as work:
                await went_badly(work, source.id, trouble)


@jobs.every("17 3 * * *", type="archive_passages_prune", queue=QUEUE)
async def prune_passages(run: Run) -> None:
    """A request of last year is not begun again."""
    async with run.finishing() as work:
        await work.db.execute(delete(Passage).where(Passage.passed_at < work.now - PASSAGES_KEPT))


async def _compare(run: Run, source: Source) -> None:
    async with run.of(Zammads).open(source) as zammad:
        missed = 0
        async for page in closed_pages(zammad, source, run.now):
            missed += await _written(run, source, zammad, page, closed=True)
        async for page in tagged_pages(zammad, source):
            missed += await _written(run, source, zammad, page, closed=False)
        missed += await _walked(run, source, zammad)
    COMPARED.labels("ok").inc()
    async with run.work() as work:
        await went_well(work, source.id)
        if missed:
            work.tell(GapFound(source.id, missed))


async def _walked(run: Run, source: Source, zammad: Zammad) -> int:
    """A bit of the walk through all tickets: closings that the index did not know of, and how far it has come."""
    missed = 0
    async for number, closed in walked_pages(zammad, source):
        told = [(each.id, each.closed_at) for each in closed if each.closed_at]
        async with run.work() as work:
            unnoted = await queries.unnoted(work.db, source.key, told)
        fresh = [each for each in closed if each.id in unnoted]
        missed += await _written(run, source, zammad, fresh, closed=True, walked=number)
        async with run.work() as work:
            await walked_to(work, source.id, number)
    return missed


async def _written(
    run: Run, source: Source, zammad: Zammad, page: Sequence[Found], *, closed: bool, walked: int | None = None
) -> int:
    """One page: closings and the cursor, and a request for each ticket that asks for one and has none.

    A page of the walk is in no order of time: it moves no cursor.
    """
    if not page:
        return 0
    async with run.work() as work:
        held = await queries.held_back(work.db, source.key, [each.id for each in page])
    free = [each for each in page if each.id not in held]
    asking = await triggering(zammad, free, source.trigger_tag, run.now)
    async with run.work() as work:
        for each in page if closed else ():
            when = each.closed_at or each.updated_at or work.now
            await note_closing(work, KIND, source.key, each.id, each.number, when)
        for each in asking:
            await ask(work, Wish(KIND, source.key, each.id))
        if closed and walked is None:
            await moved_on(work, source.id, page)
        work.after_commit(lambda: MISSED.inc(len(asking)))
    return len(asking)
