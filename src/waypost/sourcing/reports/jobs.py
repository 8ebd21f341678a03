"""What follows from a run's end for its source: whether scheduled runs of it pause now."""

from waypost.platform.jobs import declare as jobs
from waypost.platform.jobs.run import Run as Attempt
from waypost.sourcing.runs import queries as runs
from waypost.sourcing.runs.models import RunEnded
from waypost.sourcing.sources.actions import remember_pause
from waypost.sourcing.sources.pausing import PauseTerms, pause_of


@jobs.on(RunEnded, type="source_pause_watch", one_per="run_id")
async def watch_pause(attempt: Attempt, fact: RunEnded) -> None:
    """Write down that a source rests, or goes on; whoever asks works it out anew, so that this row is only memory."""
    async with attempt.finishing() as work:
        run = await runs.by_id(work.db, fact.run_id)
        pause = await pause_of(work.db, run.source_slug, work.now, terms=attempt.of(PauseTerms))
        await remember_pause(work, run.source_slug, pause)
