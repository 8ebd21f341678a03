"""The first word of a scraper about a run: it is RUNNING from then on, and its lease is renewed by every word."""

from datetime import timedelta

from waypost.platform.work import Work
from waypost.sourcing.runs.leases import lost, renew
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.states import move
from waypost.sourcing.wire.words import RunState


async def begin(
    work: Work,
    run: Run,
    *,
    lease_token: int | None,
    request_id: str,
    lasts: timedelta,
    waits: bool = False,
    instance: str | None = None,
) -> bool:
    """A sign of life. False where the sender was overtaken: its lease is not renewed, its word changes no state.

    `waits`: the task stands in the scraper's queue, so the run stays PENDING (sourcing.md 2.7). `instance`: which
    scraper it is, where it says so.
    """
    if lost(run, lease_token):
        return False
    if run.status == RunState.PENDING and not waits:
        await move(work.db, run.id, RunState.RUNNING, since={RunState.PENDING}, started_at=work.now)
        await note(work, run, "run_running", request_id=request_id)
    return await renew(work.db, run.id, lease_token, now=work.now, lasts=lasts, instance=instance)
