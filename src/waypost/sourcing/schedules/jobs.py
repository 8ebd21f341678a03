"""What the clock and the ends of runs do to schedules."""

from waypost.platform.jobs.declare import every, on
from waypost.platform.jobs.run import Run as JobRun
from waypost.sourcing.runs.models import RunEnded
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.schedules.firing import ended, fire_due
from waypost.sourcing.schedules.terms import ScheduleTerms


@every("* * * * *", type="schedules_trigger")
async def trigger_due_schedules(job: JobRun) -> None:
    """Each due schedule in a transaction of its own; what is left over is the next minute's."""
    terms, runs = job.of(ScheduleTerms), job.of(RunTerms)
    for _ in range(terms.batch):
        async with job.work() as work:
            if await fire_due(work, runs) is None:
                return


@on(RunEnded, type="schedule_sync")
async def sync_schedule(job: JobRun, fact: RunEnded) -> None:
    """The schedule that wished for the run says how it ended."""
    async with job.finishing() as work:
        await ended(work, fact.run_id, fact.status)
