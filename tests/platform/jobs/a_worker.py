"""A worker in a process of its own, to be killed: `python a_worker.py WORKER_URL APP_URL FILE`.

Each job notes its number in FILE when it starts, then counts up one row in the work that completes it.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import text

from waypost.platform import jobs
from waypost.platform.db import Shards, connect
from waypost.platform.facts import Fact
from waypost.platform.ids import new_id
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.work import Works

TYPE = "killed"


@dataclass(frozen=True, slots=True)
class Counted(Fact):
    """Its effect is one timeline row."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "thing_id"

    thing_id: UUID


@dataclass(frozen=True, slots=True)
class Numbered(Fact):
    """Asks for one effect."""

    n: int


async def count(run: jobs.Run, fact: Numbered) -> None:
    """Slow enough to be killed in the middle."""
    mark(fact.n)
    await asyncio.sleep(0.02)
    async with run.finishing() as work:
        await work.db.execute(text("select pg_sleep(0.005)"))
        work.tell(Counted(new_id()))


def mark(n: int) -> None:
    """Note that a job has started; seen from outside at once."""
    with open(sys.argv[3], "a", encoding="ascii") as marks:
        marks.write(f"{n}\n")


async def main() -> None:
    """Work until SIGTERM."""
    jobs.on(Numbered, type=TYPE, queue="kill")(count)
    shards, engine = Shards(connect(sys.argv[2])), queue_engine(sys.argv[1])
    plan = Plan(lease=timedelta(seconds=1), poll=0.05, queues=("kill",), concurrency=8, drain=1, name=str(os.getpid()))
    runner = Runner(engine, sys.argv[1], Works(shards, settle), plan=plan)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await runner.start()
    await stop.wait()
    await runner.stop()
    await engine.dispose()
    await shards.close()


if __name__ == "__main__":
    asyncio.run(main())
