"""Clock jobs: each declared schedule has one row, its lock; a tick makes one job for every organisation.

Ticks that were missed while no worker ran become one. An organisation whose last clock job of a type still waits or
runs gets no second one.
"""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cronsim import CronSim
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from waypost.platform.ids import new_id
from waypost.platform.jobs.declare import Schedule, scheduled

Organisations = Callable[[], AsyncIterator[UUID]]
"""Lists every organisation; given by the composition root (identity owns them)."""

ADOPT = """
insert into schedules (type, cron, next_at) values (%(type)s, %(cron)s, %(next_at)s)
on conflict (type) do update set cron = excluded.cron, next_at = excluded.next_at where schedules.cron <> excluded.cron
"""
DUE = "select type from schedules where next_at <= %(now)s and type = any(%(types)s) for update skip locked"
MOVE = "update schedules set next_at = %(next_at)s where type = %(type)s"
INSERT = """
insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays, dedupe_key,
  payload, created_at, updated_at)
select org_id, id, %(type)s, %(queue)s, 'queued', 0, %(now)s, 0, %(most)s, 0, %(type)s, '{}', %(now)s, %(now)s
from unnest(%(orgs)s::uuid[], %(ids)s::uuid[]) o(org_id, id) on conflict do nothing
"""


async def no_organisations() -> AsyncIterator[UUID]:
    """For workers that keep no clock."""
    nobody: tuple[UUID, ...] = ()
    for org in nobody:
        yield org


def next_tick(cron: str, now: datetime) -> datetime:
    """The first moment after `now` that the expression names, in UTC."""
    return next(CronSim(cron, now.astimezone(UTC)))


async def adopt(engine: AsyncEngine, now: datetime) -> None:
    """Make a row for each declared schedule; a changed expression counts from now."""
    async with _transaction(engine) as connection:
        for schedule in scheduled().values():
            row = {"type": schedule.type, "cron": schedule.cron, "next_at": next_tick(schedule.cron, now)}
            await connection.exec_driver_sql(ADOPT, row)


async def tick(engine: AsyncEngine, now: datetime, organisations: Organisations) -> int:
    """Make the jobs of every schedule that is due and not being ticked by another worker; gives how many schedules."""
    known = scheduled()
    if not known:
        return 0
    async with _transaction(engine) as connection:
        due = (await connection.exec_driver_sql(DUE, {"now": now, "types": list(known)})).scalars().all()
        orgs = [org async for org in organisations()] if due else []
        for type_ in due:
            await _make_jobs(connection, known[type_], orgs, now)
            await connection.exec_driver_sql(MOVE, {"type": type_, "next_at": next_tick(known[type_].cron, now)})
    return len(due)


async def _make_jobs(connection: AsyncConnection, schedule: Schedule, orgs: list[UUID], now: datetime) -> None:
    row: dict[str, Any] = {"type": schedule.type, "queue": schedule.queue, "most": schedule.attempts, "now": now}
    await connection.exec_driver_sql(INSERT, row | {"orgs": orgs, "ids": [new_id() for _ in orgs]})


def _transaction(engine: AsyncEngine) -> Any:
    """The queue's engine commits every statement; a tick is all or nothing."""
    return engine.execution_options(isolation_level="READ COMMITTED").begin()
