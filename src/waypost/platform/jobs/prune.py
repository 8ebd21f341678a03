"""Old jobs leave after their time, counted; dead ones only where the operator said after how long."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.jobs.metrics import DEAD_REMOVED, PRUNED

AT_ONCE = 1000

PRUNE = """
delete from jobs using (
  select org_id, id from jobs where status in ('succeeded', 'cancelled') and updated_at < %(before)s
  limit %(most)s for update skip locked
) old where jobs.org_id = old.org_id and jobs.id = old.id
"""

PRUNE_DEAD = """
with old as (
  select org_id, id from jobs where status = 'dead' and updated_at < %(before)s limit %(most)s for update skip locked
), gone as (
  delete from jobs using old where jobs.org_id = old.org_id and jobs.id = old.id
  returning jobs.org_id, jobs.fingerprint, jobs.type, jobs.queue
), counted as (
  select org_id, fingerprint, type, queue, count(*) as jobs from gone group by 1, 2, 3, 4 order by 1, 2, 3
), fewer as (
  update dead_letter_groups g set jobs = greatest(g.jobs - c.jobs, 0), removed = g.removed + c.jobs from counted c
  where g.org_id = c.org_id and g.fingerprint = c.fingerprint and g.type = c.type
)
select queue, sum(jobs)::int as jobs from counted group by queue
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


async def prune_dead(engine: AsyncEngine, now: datetime, keep: timedelta | None, *, at_once: int = AT_ONCE) -> int:
    """Delete dead letters that died longer ago than `keep` and count them; None keeps them for ever."""
    total = 0
    while keep is not None:
        gone = await _prune_some(engine, {"before": now - keep, "most": at_once})
        total += gone
        if gone < at_once:
            break
    return total


async def _prune_some(engine: AsyncEngine, row: dict[str, Any]) -> int:
    async with engine.connect() as connection:
        queues = (await connection.exec_driver_sql(PRUNE_DEAD, row)).all()
    for queue in queues:
        DEAD_REMOVED.labels(queue.queue).inc(queue.jobs)
    return sum(queue.jobs for queue in queues)
