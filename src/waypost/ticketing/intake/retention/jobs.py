"""What the clock does about raw mail whose time is over. Without a term: nothing."""

from datetime import datetime
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
    total, after, before = 0, None, run.now - keep
    while True:
        more, after = await _step(run, before, after)
        total += more
        if after is None:
            break
    if total:
        async with run.work() as work:
            await record(work, "mail.raw.removed", "raw_mail", None, {"mails": total, "days": keep.days})


async def _finish_what_was_begun(run: Run) -> None:
    """A worker died between mark and deletion: its mark is renewed, since the same bytes may come again meanwhile."""
    async with run.work() as work:
        begun = await begin_leaving(work, await leaving(work.db, AT_ONCE))
    if begun:
        await _delete(run, begun)


async def _step(run: Run, before: datetime, after: UUID | None) -> tuple[int, UUID | None]:
    """One page of old raw mails: how many went, and where the next page begins (None: there is none)."""
    async with run.work() as work:
        page = await queries.old(work.db, before, after, AT_ONCE)
        going = await let_go(work, run.of(Keepers), [one.blob_id for one in page]) if page else {}
    if going:
        await _delete(run, going)
        REMOVED.inc(len(going))
        BYTES.inc(sum(one.size for one in page if one.blob_id in going))
    return len(going), page[-1].blob_id if len(page) == AT_ONCE else None


async def _delete(run: Run, going: dict[UUID, str]) -> None:
    await run.of(Blobs).delete(list(going.values()))
    async with run.work() as work:
        await left(work, going, BECAUSE)
