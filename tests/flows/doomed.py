"""A process that imports and works until it is struck: `python -m tests.flows.doomed VICTIM PLAN` (JSON).

VICTIM `worker`: for each step a forked process works and kills itself there; the last one finishes the work.
VICTIM `postgres`: one process works on while the server is killed under it at each step in turn.
A line `STEP` is printed when death came there, `done` when nothing is left to do.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.database import Logins
from tests.fixtures import house_on
from tests.flows.corpus import INBOX
from tests.flows.steps import STEPS, Step
from waypost.main.house import House
from waypost.platform.jobs import declare
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.observe.logs import configure
from waypost.platform.postgres import keeper
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.mailboxes import bring_in as importing

PLAN = Plan(concurrency=4, lease=timedelta(seconds=1), poll=0.02, drain=5)
LEFT = "select count(*) from jobs where status in ('queued', 'running') and org_id = :org and queue = 'mail'"


@dataclass(frozen=True, slots=True)
class Doom:
    """What the process is to do, and what will happen to it."""

    app: str
    worker: str
    data: str
    org: str
    source: str
    cluster: str
    nths: list[int]

    @property
    def house(self) -> House:
        """The product's parts."""
        return house_on(Logins(self.app, self.worker, ""), Path(self.data))


def say(line: str) -> None:
    """To whoever waits for it; whole even when we are about to die."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def in_small_batches() -> None:
    """So that every step is taken many times."""
    importing.BATCH_MAILS = 5
    for name, job in declare._jobs.items():
        if job.batch > 1:
            declare._jobs[name] = replace(job, batch=4)


async def work(doom: Doom) -> None:
    """Import, and work until nothing is left; an import that broke off is simply started again."""
    house, engine = doom.house, queue_engine(doom.worker)
    runner = Runner(engine, doom.worker, house.works, parts=house.parts, plan=PLAN)
    await runner.start()
    org, blobs = UUID(doom.org), house.parts.of(Blobs)
    while True:
        try:
            await importing.bring_in(house.works, blobs, org, [Path(doom.source)], inbox=INBOX)
            async with engine.connect() as connection:
                if not (await connection.execute(text(LEFT), {"org": org})).scalar():
                    break
        except DBAPIError:
            pass
        await asyncio.sleep(0.05)
    await runner.stop()
    await engine.dispose()
    await house.close()


def kill_us(step: Step) -> Callable[[], None]:
    """No farewell."""

    def strike() -> None:
        say(step.name)
        os.kill(os.getpid(), signal.SIGKILL)

    return strike


def kill_server(step: Step, cluster: str) -> Callable[[], None]:
    """Every process of the server at once, as the machine's out-of-memory killer would."""

    def strike() -> None:
        for pid in keeper.inhabitants(cluster):
            os.kill(pid, signal.SIGKILL)
        say(step.name)

    return strike


def one_life_for_each(doom: Doom) -> None:
    """Forked from a process without threads and loops: the cheapest way to many deaths."""
    for step, nth in [*zip(STEPS, doom.nths, strict=True), (None, 0)]:
        pid = os.fork()
        if pid == 0:
            if step is not None:
                step.arm(nth, kill_us(step))
            asyncio.run(work(doom))
            os._exit(0)
        os.waitpid(pid, 0)


def one_life(doom: Doom, steps: Sequence[Step] = STEPS) -> None:
    """Work on whatever happens to the server; the deaths are armed in the order of the pipeline."""
    for step, nth in zip(steps, doom.nths, strict=True):
        step.arm(nth, kill_server(step, doom.cluster))
    asyncio.run(work(doom))


if __name__ == "__main__":
    configure("critical", "json")
    plan = Doom(**json.loads(sys.argv[2]))
    in_small_batches()
    {"worker": one_life_for_each, "postgres": one_life}[sys.argv[1]](plan)
    say("done")
