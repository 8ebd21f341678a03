"""Finished jobs leave after their time, counted; dead ones never leave by age."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.jobs.metrics import PRUNED

AT_ONCE = 1000

PRUNE = """
delete from jobs using (
  select org_id, id from jobs where status in ('succeeded', 'cancelled') and updated_at < %(before)s
  limit %(most)s for update skip locked
) old where jobs.org_id = old.org_id and jobs.id = old.id
"""


async def prune(engine: AsyncEngine, now: datetime, keep: timedelta, *, at_once: int = AT_ONCE) -> int:
    """Delete succeeded and cancelled jobs older than `keep`, in small statements; gives how many."""
    total = 0
    while True:
        async with engine.connect() as connection:
            row = {"before": now - keep, "most": at_once}
            gone = (await connection.exec_driver_sql(PRUNE, row)).rowcount
        total += gone
        PRUNED.inc(gone)
        if gone < at_once:
            return total
