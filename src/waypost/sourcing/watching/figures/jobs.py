"""The counting, once a minute."""

from waypost.platform.jobs.declare import every
from waypost.platform.jobs.run import Run
from waypost.sourcing.watching.figures.actions import count_hours


@every("* * * * *", queue="sourcing.watching", type="sourcing_count_hours")
async def sourcing_count_hours(run: Run) -> None:
    """What changed is counted anew; twice gives the same."""
    async with run.finishing() as work:
        await count_hours(work)
