"""What follows from a run: its delivery, its continuation, and the watchdog's look each minute."""

from datetime import timedelta

from waypost.platform import jobs
from waypost.platform.jobs import Later, Run
from waypost.sourcing.runs.continuing import go_on, rest
from waypost.sourcing.runs.dispatching import Desk, deliver
from waypost.sourcing.runs.models import RunEnded, RunEnqueued, RunLost
from waypost.sourcing.runs.sweeping import sweep

QUEUE = "sourcing"
SOON = timedelta(seconds=1)
TIMEOUT = timedelta(minutes=11)
"""Longer than the longest `WORKER_REQUEST_TIMEOUT_MS`."""


@jobs.on(RunEnqueued, type="run_dispatch", queue=QUEUE, one_per="run_id", timeout=TIMEOUT, priority=10)
async def dispatch(run: Run, fact: RunEnqueued) -> None:
    """Hand the run to a scraper."""
    await deliver(run, fact.run_id)


@jobs.on(RunLost, type="run_redelivery", queue=QUEUE, one_per="run_id", timeout=TIMEOUT, priority=10)
async def deliver_again(run: Run, fact: RunLost) -> None:
    """Hand it to another one, with the place where the first stopped."""
    await deliver(run, fact.run_id)


@jobs.on(RunEnded, type="run_continue", queue=QUEUE, one_per="run_id")
async def carry_on(run: Run, fact: RunEnded) -> None:
    """Queue what it left over, once its hosts may be asked."""
    async with run.work() as work:
        wait = await rest(work, fact.run_id)
    if wait > SOON:
        raise Later(wait)
    async with run.finishing() as work:
        await go_on(work, fact.run_id, run.of(Desk).terms)


@jobs.every("* * * * *", type="runs_sweep")
async def watch(run: Run) -> None:
    """Look after runs that fell silent."""
    async with run.finishing() as work:
        await sweep(work, run.of(Desk).terms)
