"""What a worker does beside its jobs, each at its own pace: reaping, ticking, counting, pruning."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.clock import Clock
from waypost.platform.jobs.clock import Organisations, adopt, no_organisations, tick
from waypost.platform.jobs.gauges import sample
from waypost.platform.jobs.lease import reap
from waypost.platform.jobs.prune import prune, prune_dead

__all__ = ["Organisations", "Retention", "chores", "no_organisations"]

Chore = Callable[[], Awaitable[None]]

TICK_SECONDS = 1.0
COUNT_SECONDS = 30.0
PRUNE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Retention:
    """How long ended jobs are kept: finished ones, and dead ones (None: until somebody decides)."""

    finished: timedelta
    dead: timedelta | None


def chores(
    engine: AsyncEngine, clock: Clock, lease: timedelta, keep: Retention, organisations: Organisations
) -> list[Chore]:
    """The worker's endless side tasks."""
    chance = random.Random()
    return [
        partial(_again, lambda: reap(engine, clock(), chance), lease.total_seconds() / 6),
        partial(_ticking, engine, clock, organisations),
        partial(_again, lambda: sample(engine, clock()), COUNT_SECONDS),
        partial(_again, lambda: prune(engine, clock(), keep.finished), PRUNE_SECONDS),
        partial(_again, lambda: prune_dead(engine, clock(), keep.dead), PRUNE_SECONDS),
    ]


async def _ticking(engine: AsyncEngine, clock: Clock, organisations: Organisations) -> None:
    await adopt(engine, clock())
    await _again(lambda: tick(engine, clock(), organisations), TICK_SECONDS)


async def _again(chore: Callable[[], Awaitable[object]], seconds: float) -> None:
    while True:
        await chore()
        await asyncio.sleep(seconds)
