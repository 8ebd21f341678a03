"""Old tries and dead sessions are swept at night."""

from waypost.platform import jobs
from waypost.platform.identity.lookups import sweep


@jobs.every("37 3 * * *", type="identity_sweep")
async def sweep_sessions(run: jobs.Run) -> None:
    """Sweeping twice changes nothing; each organisation's clock may do it."""
    async with run.finishing() as work:
        await sweep(work.db, work.now)
