"""A process that archives until it is struck: `python -m tests.archive.requests.doomed PLAN` (JSON).

For each step a forked process has a ticket of its own and works until it kills itself there, in whichever trouble the
plan names for it; the last one finishes the work. A line `STEP` is printed when death came, `done` in the end.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from tests.archive.requests.steps import arm
from tests.database import Logins
from tests.fixtures import house_on
from waypost.archive.places.refusals import PlaceFull
from waypost.archive.places.shelf import Shelf
from waypost.archive.requests import queries, settling
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.requests.terms import Terms
from waypost.main.house import House, stand_sources
from waypost.platform.access import MACHINE
from waypost.platform.jobs import outcome
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.observe.logs import configure

PLAN = Plan(concurrency=4, lease=timedelta(seconds=1), poll=0.02, drain=5, queues=(queries.QUEUE,))
SURVIVED = 3


@dataclass(frozen=True, slots=True)
class Doom:
    """What the process is to do: for each (step, ticket, trouble) one life."""

    app: str
    worker: str
    data: str
    org: str
    zammad: str
    token: str
    pfx: str
    lives: list[tuple[str, str, str]]

    def settings(self) -> dict[str, Any]:
        """Signed, with an authority that is away; everything on this machine."""
        return {
            "ZAMMAD_BASE_URL": self.zammad,
            "ZAMMAD_API_TOKEN": self.token,
            "WAYPOST_DEFAULT_ORG": self.org,
            "HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP": True,
            "HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS": True,
            "STORAGE_ROOT": f"{self.data}/archive",
            "SIGNING_ENABLED": True,
            "SIGNING_PFX_PATH": self.pfx,
            "SIGNING_PFX_PASSWORD": "secret",
            "TSA_ENABLED": True,
            "TSA_URL": "http://127.0.0.1:9/nobody",
            "TSA_TIMEOUT_SECONDS": 1,
        }

    @asynccontextmanager
    async def at_work(self, plan: Plan = PLAN) -> AsyncIterator[House]:
        """A worker, for as long as the block lasts."""
        house = house_on(Logins(self.app, self.worker, ""), Path(self.data), **self.settings())
        house.parts.add(replace(house.parts.of(Terms), retries=50, pause=timedelta(milliseconds=20)))
        await stand_sources(house)
        engine = queue_engine(self.worker)
        runner = Runner(engine, self.worker, house.works, parts=house.parts, plan=plan)
        await runner.start()
        yield house
        await runner.stop()
        await engine.dispose()
        await house.close()

    async def ask(self, house: House, ticket: str) -> None:
        """As a webhook does."""
        async with house.works.open(UUID(self.org), MACHINE) as work:
            await ask(work, Wish("zammad", "default", ticket))

    async def left(self, house: House) -> int:
        """Requests that are not at their end, or whose origin does not know."""
        live = select(func.count()).select_from(ArchiveRequest).where(or_(queries.LIVE, queries.UNSETTLED))
        async with house.works.open(UUID(self.org), MACHINE, reads=True) as work:
            return int(await work.db.scalar(live) or 0)


def say(line: str) -> None:
    """To whoever waits for it; whole even when we are about to die."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def fill_disk() -> None:
    """The storage is full, twice."""
    put, times = Shelf.put, iter(range(2))

    async def full(*given: Any) -> Any:
        if next(times, None) is not None:
            raise PlaceFull
        return await put(*given)

    name = "put"
    setattr(Shelf, name, full)


def kill_us(step: str) -> Callable[[], None]:
    """No farewell."""

    def strike() -> None:
        say(step)
        os.kill(os.getpid(), signal.SIGKILL)

    return strike


async def one_life(doom: Doom, step: str, ticket: str, trouble: str) -> None:
    """Death comes to whichever run comes there first."""
    if trouble == "disk full":
        fill_disk()
    arm(step, kill_us(step))
    async with doom.at_work() as house:
        await doom.ask(house, ticket)
        await asyncio.sleep(60)


async def last_life(doom: Doom) -> None:
    """Whatever is left."""
    async with doom.at_work() as house:
        while True:
            if await doom.left(house) == 0:
                return
            await asyncio.sleep(0.05)


def main(doom: Doom) -> None:
    """Forked from a process without threads and loops."""
    for step, ticket, trouble in doom.lives:
        pid = os.fork()
        if pid == 0:
            asyncio.run(one_life(doom, step, ticket, trouble))
            os._exit(SURVIVED)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            say(f"survived {step}")
    asyncio.run(last_life(doom))


if __name__ == "__main__":
    configure("critical", "json")
    outcome.FIRST_PAUSE = 0.02
    settling.PAUSES = (1, 1, 1, 1, 1, 1)
    main(Doom(**json.loads(sys.argv[1])))
    say("done")
