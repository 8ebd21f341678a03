"""A look at how things stand, every five minutes, kept for two days."""

from datetime import timedelta

from sqlalchemy import delete

from waypost.console.overview import queries
from waypost.console.overview.models import OperationSample
from waypost.platform.jobs import queries as jobs
from waypost.platform.jobs.declare import every
from waypost.platform.jobs.run import Run

KEPT = timedelta(days=2)


@every("*/5 * * * *", queue="operations")
async def operations_take_a_look(run: Run) -> None:
    """One row; a second one of the same moment does no harm."""
    async with run.finishing() as work:
        live = await jobs.live_by_type(work.db)
        mailboxes = await queries.reading(work.db, work.now)
        work.db.add(
            OperationSample(
                at=work.now,
                waiting=sum(live["queued"].values()),
                dead=(await jobs.dead_counts(work.db)).jobs,
                lag_seconds=max(mailboxes.lags, default=0),
                mails=await queries.mails_between(work.db, work.now - queries.EVERY, work.now),
            )
        )
        old = delete(OperationSample).where(OperationSample.at < work.now - KEPT)
        await work.db.execute(old, execution_options={"synchronize_session": False})
