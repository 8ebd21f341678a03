"""A process that lets replies leave until it is struck: `python -m tests.flows.replying PLAN` (JSON).

For each step a forked process writes a reply and works until it kills itself there; the last one finishes the work.
A line `STEP MESSAGE_ID` is printed when a reply was written, `done` when nothing is left to do.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from tests.database import Logins
from tests.fixtures import house_on
from tests.ticketing.replies.steps import STEPS
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.jobs import outcome
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.observe.logs import configure
from waypost.ticketing.outbound.models import WAITING, Outgoing, Sending
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.replies.actions import reply
from waypost.ticketing.replies.writing import Reply

PLAN = Plan(concurrency=4, lease=timedelta(seconds=1), poll=0.02, drain=5)
PATIENCE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Doom:
    """What the process is to do."""

    app: str
    worker: str
    data: str
    org: str
    ticket: str
    identity: str
    relay: int

    @asynccontextmanager
    async def house(self) -> AsyncIterator[House]:
        """The product on our relay, for as long as the block lasts."""
        named = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": self.relay, "SMTP_TLS": "plain"}
        house = house_on(Logins(self.app, self.worker, ""), Path(self.data), **named)
        house.parts.add(replace(house.parts.of(Posting), hold=timedelta(0), patience=PATIENCE))
        yield house
        await house.close()

    @asynccontextmanager
    async def at_work(self, house: House) -> AsyncIterator[None]:
        """A worker in it."""
        engine = queue_engine(self.worker)
        runner = Runner(engine, self.worker, house.works, parts=house.parts, plan=PLAN)
        await runner.start()
        yield
        await runner.stop()
        await engine.dispose()

    async def write(self, house: House, step: str) -> UUID:
        """A reply that says at which step death will come."""
        wanted = Reply(UUID(self.identity), ("anna@client.example",), "Re: Boiler", f"To be struck: {step}")
        async with house.works.open(UUID(self.org), MACHINE) as work:
            return (await reply(work, house.parts.of(Posting), UUID(self.ticket), wanted)).message_id

    async def left(self, house: House) -> int:
        """Replies whose end is not known."""
        open_ones = select(func.count()).where(Outgoing.state.in_((*WAITING, Sending.SENDING)))
        async with house.works.open(UUID(self.org), MACHINE, reads=True) as work:
            return int(await work.db.scalar(open_ones) or 0)


def say(line: str) -> None:
    """To whoever waits for it; whole even when we are about to die."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def strike() -> None:
    """No farewell."""
    os.kill(os.getpid(), signal.SIGKILL)


async def one_life(doom: Doom, step: str) -> None:
    """Death comes to the newest reply; those of earlier lives may meet it first, which is as well."""
    async with doom.house() as house:
        STEPS[step](setattr, strike)
        say(f"{step}\t{await doom.write(house, step)}")
        async with doom.at_work(house):
            await asyncio.sleep(60)


async def last_life(doom: Doom) -> None:
    """Whatever is left."""
    async with doom.house() as house, doom.at_work(house):
        while True:
            if await doom.left(house) == 0:
                return
            await asyncio.sleep(0.05)


def main(doom: Doom) -> None:
    """Forked from a process without threads and loops."""
    for step in STEPS:
        pid = os.fork()
        if pid == 0:
            asyncio.run(one_life(doom, step))
            os._exit(3)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            say(f"survived {step}")
    asyncio.run(last_life(doom))


if __name__ == "__main__":
    configure("critical", "json")
    outcome.FIRST_PAUSE = 0.05
    main(Doom(**json.loads(sys.argv[1])))
    say("done")
