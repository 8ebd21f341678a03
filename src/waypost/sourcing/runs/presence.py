"""Whether anybody is there to hear scrapers: silence counts only while the API is up (ruling 35).

Every web process says so now and then; a gap between two signs means that nobody was there, and the count begins anew.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from waypost.platform.observe.logs import line
from waypost.platform.work import Works
from waypost.sourcing.runs.models import ApiPresence

EVERY = 10.0
"""Seconds between two signs."""
GAP = timedelta(seconds=45)
"""A longer pause means that nobody was there: a restart that is quicker loses fewer heartbeats than a run may miss."""
HERE = text(
    "insert into sourcing_api_presence as p (id, up_since, seen_at) values (1, :now, :now) on conflict (id) do update"
    " set up_since = case when p.seen_at < cast(:now as timestamptz) - cast(:gap as interval) then excluded.up_since"
    " else p.up_since end, seen_at = greatest(p.seen_at, excluded.seen_at)"
)

log = line("waypost.sourcing.runs")


async def be_here(engine: AsyncEngine, now: datetime) -> None:
    """One sign."""
    async with engine.begin() as connection:
        await connection.execute(HERE, {"now": now, "gap": GAP})


async def heard_since(db: AsyncSession, now: datetime) -> datetime | None:
    """Since when scrapers could be heard without a gap; None while nobody is there."""
    found = await db.scalar(select(ApiPresence).where(ApiPresence.id == 1))
    return found.up_since if found is not None and found.seen_at >= now - GAP else None


@asynccontextmanager
async def present(works: Works) -> AsyncIterator[None]:
    """A web process is there for as long as the block lasts."""
    task = asyncio.create_task(_saying(works))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _saying(works: Works) -> None:
    while True:
        try:
            await be_here(works.shards.engine, works.clock())
        except (SQLAlchemyError, OSError) as error:
            log.warning("presence.unsaid", kind=type(error).__name__)
        await asyncio.sleep(EVERY)
