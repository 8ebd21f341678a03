"""What the clock does to sources: counts of old days and hosts that nobody asks any more leave."""

from datetime import timedelta

from waypost.platform.jobs.declare import every
from waypost.platform.jobs.run import Run
from waypost.sourcing.sources import budgets

KEPT = timedelta(days=30)


@every("23 4 * * *", type="sources_forget")
async def forget_sources(job: Run) -> None:
    """After a month."""
    async with job.finishing() as work:
        await budgets.forget(work.db, work.now - KEPT)
