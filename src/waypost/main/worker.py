"""The worker process: the queue's runner, and the watchers of mailboxes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from waypost.archive import module as archive
from waypost.database import named
from waypost.main.house import House, stand_sources
from waypost.platform.jobs.children import stop_children
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.pokes import send_through
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.signals import JOBS, Signals
from waypost.ticketing import module as ticketing

WORKING = "waypost-worker"
"""Name of a worker's sessions: it looks for jobs every second, so the newest of them is its heartbeat."""


@asynccontextmanager
async def working(house: House, *, watch: bool = True) -> AsyncIterator[Runner]:
    """The worker's part of a process, for as long as the block lasts; drains when it ends."""
    engine = queue_engine(named(house.database.worker, WORKING))
    signals = Signals(house.database.app, hears=(JOBS,))
    send_through(signals)
    base = house.settings.base
    plan = Plan(
        concurrency=base.worker_concurrency,
        drain=base.worker_drain_seconds,
        keep=timedelta(days=base.jobs_keep_days),
        keep_dead=timedelta(days=base.jobs_dead_keep_days) or None,
    )
    runner = Runner(
        engine, house.database.worker, house.works, parts=house.parts, plan=plan, organisations=house.organisations
    )
    watcher = ticketing.watch(house.works, house.organisations, house.secrets.vault, house.terms)
    deaf = runner.hear(signals)
    await signals.start()
    await stand_sources(house)
    await runner.start()
    if watch:
        await watcher.start()
    try:
        async with archive.watching(house.parts):
            yield runner
    finally:
        if watch:
            await watcher.stop()
        await runner.stop()
        await stop_children()
        deaf()
        send_through(None)
        await signals.stop()
        await engine.dispose()
