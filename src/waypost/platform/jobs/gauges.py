"""Depth and age of each queue, counted now and then by every worker for `/metrics`."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.jobs.declare import declared
from waypost.platform.jobs.metrics import DEAD, DEAD_AGE, HEARTBEAT, OLDEST, READY

READY_SQL = """
select queue, count(*) as jobs, min(run_at) as due_at from jobs
where status = 'queued' and run_at <= %(now)s group by queue
"""
DEAD_SQL = """
select queue, sum(jobs)::int as jobs, min(first_at) as since from dead_letter_groups where jobs > 0 group by queue
"""


async def sample(engine: AsyncEngine, now: datetime) -> None:
    """Set the gauges; a queue that has become empty falls to zero (several processes cannot clear a shared gauge)."""
    async with engine.connect() as connection:
        ready = (await connection.exec_driver_sql(READY_SQL, {"now": now})).all()
        dead = (await connection.exec_driver_sql(DEAD_SQL)).all()
    HEARTBEAT.set(now.timestamp())
    for queue in {job.queue for job in declared().values()} - {row.queue for row in ready}:
        READY.labels(queue).set(0)
        OLDEST.labels(queue).set(0)
    for queue in {job.queue for job in declared().values()} - {row.queue for row in dead}:
        DEAD.labels(queue).set(0)
        DEAD_AGE.labels(queue).set(0)
    for row in ready:
        READY.labels(row.queue).set(row.jobs)
        OLDEST.labels(row.queue).set((now - row.due_at).total_seconds())
    for row in dead:
        DEAD.labels(row.queue).set(row.jobs)
        DEAD_AGE.labels(row.queue).set((now - row.since).total_seconds())
