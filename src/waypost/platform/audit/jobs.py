"""Each entry takes its place in the chain within a second of its commit, and leaves when its time is over."""

from datetime import timedelta
from functools import partial

from waypost.platform import jobs
from waypost.platform.audit.actions import chain, cut_off
from waypost.platform.audit.metrics import REMOVED
from waypost.platform.audit.models import AuditRecorded
from waypost.platform.audit.queries import stray
from waypost.platform.audit.terms import Holds, LogTerm

LOOKED_BACK = timedelta(days=2)
CUT_AT_ONCE = 5_000


@jobs.on(AuditRecorded, type="audit_chain", batch=50, priority=5)
async def chain_entries(run: jobs.Run, facts: list[AuditRecorded]) -> None:
    """Chaining twice changes nothing."""
    async with run.finishing() as work:
        await chain(work, [fact.log_id for fact in facts])


@jobs.every("41 2 * * *", type="audit_chain_strays")
async def chain_strays(run: jobs.Run) -> None:
    """Entries whose own job was cancelled or died: nothing recent stays outside the chain."""
    async with run.finishing() as work:
        await chain(work, await stray(work.db, work.now - LOOKED_BACK))


@jobs.every("53 2 * * *", type="audit_retention")
async def audit_retention(run: jobs.Run) -> None:
    """Without a term: nothing. While a legal hold stands anywhere in the organisation: nothing either."""
    keep, gone = run.of(LogTerm).keep, CUT_AT_ONCE
    while keep is not None and gone == CUT_AT_ONCE:
        async with run.work() as work:
            gone = 0 if await run.of(Holds).stand(work.db) else await cut_off(work, run.now - keep, CUT_AT_ONCE)
            work.after_commit(partial(REMOVED.inc, gone))
