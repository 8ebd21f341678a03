"""What the clock does about raw mail whose time is over. Without a term: nothing."""

from datetime import datetime
from functools import partial
from uuid import UUID

from waypost.platform import jobs
from waypost.platform.audit.actions import record
from waypost.platform.jobs import Run
from waypost.platform.storage.actions import begin_leaving, left
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.queries import leaving
from waypost.ticketing.intake.retention import queries
from waypost.ticketing.intake.retention.actions import let_go
from waypost.ticketing.intake.retention.metrics import BYTES, REMOVED
from waypost.ticketing.intake.retention.terms import Keepers, RawMailTerm

AT_ONCE = 500
BECAUSE = "retention"


@jobs.every("50 3 * * *", type="mail_raw_retention")
async def mail_raw_retention(run: Run) -> None:
    """Bytes go between two short works: marked before, so that nobody is promised them, and said after."""
    await _finish_what_was_begun(run)
    keep = run.of(RawMailTerm).keep
    if keep is None:
        return
    before = run.now - keep
    after = await _step(run, before, None)
    while after is not None:
        after = await _step(run, before, after)


async def _finish_what_was_begun(run: Run) -> None:
    """A worker died between mark and deletion: its mark is renewed, since the same bytes may come again meanwhile."""
    async with run.work() as work:
        begun = await begin_leaving(work, await leaving(work.db, AT_ONCE))
    if begun:
        await _delete(run, begun)


async def _step(run: Run, before: datetime, after: UUID | None) -> UUID | None:
    """One page of old raw mails; where the next page begins (None: there is none)."""
    async with run.work() as work:
        page = await queries.old(work.db, before, after, AT_ONCE)
        going = await let_go(work, run.of(Keepers), [one.blob_id for one in page]) if page else {}
    if going:
        await _delete(run, going)
        BYTES.inc(sum(one.size for one in page if one.blob_id in going))
    return page[-1].blob_id if len(page) == AT_ONCE else None


async def _delete(run: Run, going: dict[UUID, str]) -> None:
    """The log and the counter say it in the same work as the row: a worker that dies here leaves nothing unsaid."""
    await run.of(Blobs).delete(list(going.values()))
    async with run.work() as work:
        await left(work, going, BECAUSE)
        await record(work, "mail.raw.removed", "raw_mail", None, {"mails": len(going)})
        work.after_commit(partial(REMOVED.inc, len(going)))
