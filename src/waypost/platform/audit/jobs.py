"""Each entry takes its place in the chain within a second of its commit."""

from datetime import timedelta

from waypost.platform import jobs
from waypost.platform.audit.actions import chain
from waypost.platform.audit.models import AuditRecorded
from waypost.platform.audit.queries import stray

LOOKED_BACK = timedelta(days=2)


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
