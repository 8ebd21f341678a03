"""Lines leave after a month."""

from waypost.platform.jobs.declare import every
from waypost.platform.jobs.run import Run
from waypost.sourcing.watching.trail.writing import forget


@every("17 3 * * *", queue="sourcing.watching")
async def sourcing_forget_trail(run: Run) -> None:
    """Twice changes nothing."""
    async with run.finishing() as work:
        await forget(work)
