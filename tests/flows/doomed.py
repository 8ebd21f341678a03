"""A process that imports and works until it is struck: `python -m tests.flows.doomed VICTIM PLAN` (JSON).

Each step has a mailbox of its own, in an organisation of its own.
VICTIM `worker`: for each step a forked process works and kills itself there; the last one finishes the work.
VICTIM `postgres`: one process works on while the server is killed under it at each step in turn.
A line `STEP` is printed when death came there, `done` when nothing is left to do.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
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
from waypost.platform.jobs import declare, outcome
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.observe.logs import configure
from waypost.platform.postgres import keeper
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.mailboxes import bring_in as importing

PATIENCE = 60.0
"""Seconds that a step may come after its work is seen to be done: a crowded machine needs more than a quiet one."""
PLAN = Plan(concurrency=4, lease=timedelta(seconds=1), poll=0.02, drain=5)
STATES = "select type, status, attempts, left(last_error, 80), count(*) from jobs group by 1, 2, 3, 4 order by 1, 2, 3"
LEFT = "select count(*) from jobs where status in ('queued', 'running') and org_id = any(:orgs) and queue = 'mail'"


@dataclass(frozen=True, slots=True)
class Doom:
    """What the process is to do, and what will happen to it."""

    app: str
    worker: str
    data: str
    cluster: str
    orgs: list[str]
    nths: list[int]

    def source(self, org: str) -> Path:
        """The mailbox file of an organisation."""
        return Path(self.data) / f"{org}.mbox"

    @property
    def house(self) -> House:
        """The product's parts."""
        return house_on(Logins(self.app, self.worker, ""), Path(self.data))


def say(line: str) -> None:
    """To whoever waits for it; whole even when we are about to die."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def in_small_batches() -> None:
    """So that every step is taken many times; and a failed try is repeated at once."""
    outcome.FIRST_PAUSE = 0.05
    importing.BATCH_MAILS = 3
    for name, job in declare._jobs.items():
        if job.batch > 1:
            declare._jobs[name] = replace(job, batch=2)


class Worker:
    """Imports and works in this process."""

    def __init__(self, doom: Doom) -> None:
        self._doom, self._house = doom, doom.house
        self._engine = queue_engine(doom.worker)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """For as long as the block lasts."""
        runner = Runner(self._engine, self._doom.worker, self._house.works, parts=self._house.parts, plan=PLAN)
        await runner.start()
        yield
        await runner.stop()
        await self._engine.dispose()
        await self._house.close()

    async def finish(self, orgs: Sequence[str]) -> None:
        """Import, and wait until nothing is left; an import that broke off is simply started again."""
        while True:
            with suppress(DBAPIError):
                for org in orgs:
                    await self._bring(org)
                if await self._left(orgs) == 0:
                    return
            await asyncio.sleep(0.05)

    async def see(self, step: Step, fallen: asyncio.Event) -> None:
        """Death came to a step whose work is done; where it did not, what became of the jobs says why."""
        with suppress(TimeoutError):
            await asyncio.wait_for(fallen.wait(), PATIENCE)
        if not fallen.is_set():
            async with self._engine.connect() as connection:
                states = [tuple(row) for row in await connection.execute(text(STATES))]
            raise AssertionError(f"{step.name} was not struck; jobs: {states}")

    async def _bring(self, org: str) -> None:
        blobs = self._house.parts.of(Blobs)
        await importing.bring_in(self._house.works, blobs, UUID(org), [self._doom.source(org)], inbox=INBOX)

    async def _left(self, orgs: Sequence[str]) -> int:
        async with self._engine.connect() as connection:
            return int((await connection.execute(text(LEFT), {"orgs": [UUID(org) for org in orgs]})).scalar_one())


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
            with suppress(ProcessLookupError):  # it ended by itself meanwhile
                os.kill(pid, signal.SIGKILL)
        say(step.name)

    return strike


def one_life_for_each(doom: Doom) -> None:
    """Forked from a process without threads and loops: the cheapest way to many deaths."""
    for place, step in enumerate([*STEPS, None]):
        pid = os.fork()
        if pid == 0:
            asyncio.run(one_round(doom, place, step))
            os._exit(0)
        os.waitpid(pid, 0)


async def one_round(doom: Doom, place: int, step: Step | None) -> None:
    """The newest mailbox first: in it death comes; then whatever those before have left."""
    worker = Worker(doom)
    async with worker.at_work():
        if step is not None:
            fallen = step.arm(doom.nths[place], kill_us(step))
            await worker.finish(doom.orgs[place::-1])
            await worker.see(step, fallen)
        await worker.finish(doom.orgs)


async def one_life(doom: Doom) -> None:
    """Work on whatever happens to the server."""
    worker = Worker(doom)
    async with worker.at_work():
        for step, nth, org in zip(STEPS, doom.nths, doom.orgs, strict=True):
            fallen = step.arm(nth, kill_server(step, doom.cluster))
            await worker.finish([org])
            await worker.see(step, fallen)
        await worker.finish(doom.orgs)


if __name__ == "__main__":
    configure("critical", "json")
    plan = Doom(**json.loads(sys.argv[2]))
    in_small_batches()
    one_life_for_each(plan) if sys.argv[1] == "worker" else asyncio.run(one_life(plan))
    say("done")
