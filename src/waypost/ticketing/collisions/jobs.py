"""A look for look-alikes that was too long for one request goes on by itself."""

from datetime import timedelta

from waypost.platform import jobs
from waypost.platform.jobs import Run
from waypost.ticketing.collisions.backfill import Tally, fill_page
from waypost.ticketing.collisions.models import CollisionsLeft


@jobs.on(CollisionsLeft, type="collisions_fill", queue="mail", priority=-10, timeout=timedelta(hours=1))
async def collisions_fill(run: Run, fact: CollisionsLeft) -> None:
    """Page by page; begun anew after a death it finds the first pages done."""
    tally = Tally(after=bytes.fromhex(fact.after))
    while tally.after is not None:
        async with run.work() as work:
            await fill_page(work, tally)
