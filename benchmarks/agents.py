"""A hundred agents on live pages: lists, opened tickets, streams, and what that costs in time and memory.

    python -m benchmarks.agents [--agents 100] [--minutes 2] [--tickets 20000]

Each agent has one live stream, asks for the list every 5 seconds and opens a ticket every 15. The web process is a real
one behind a real socket; the agents share another. A ticket changes every two seconds, so that streams carry news.
Reach: p95 of a list 150 ms; memory of the web process grows at most 5 % from the second minute on (of a shorter run:
from its second fifth on).
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from time import monotonic
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

import httpx2
from sqlalchemy import select

from benchmarks.measures.agent import Agent, Seen
from benchmarks.measures.crowd import fill
from benchmarks.measures.memory import memory
from benchmarks.stage import machine, percentile, say, server
from tests.cast import Player, enter, gather
from tests.conftest import Orgs
from waypost.database import plain
from waypost.main.house import House, furnish
from waypost.main.web import web_app
from waypost.platform.access import MACHINE, Role
from waypost.platform.ids import new_id
from waypost.platform.jobs.pokes import send_through
from waypost.platform.signals import Signals
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import Change, change
from waypost.ticketing.tickets.models import Priority, Ticket

NEWS_SECONDS, LOOK_SECONDS = 2.0, 5.0
REACH_LIST, REACH_GROWTH = 150.0, 0.05


@contextmanager
def web_process(folder: Path) -> Iterator[tuple[str, int]]:
    """The product's own web process on a free port: its address and number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "waypost.cli", "api", "--port", str(port), "--data", str(folder)]
    process = subprocess.Popen(command, env=os.environ | {"LOG_LEVEL": "warning"})
    try:
        yield await_ready(f"http://127.0.0.1:{port}"), process.pid
    finally:
        process.terminate()
        process.wait(30)


def await_ready(url: str) -> str:
    """The address, once it answers."""
    until = monotonic() + 60
    while monotonic() < until:
        try:
            with urlopen(f"{url}/readyz", timeout=2):
                return url
        except (URLError, OSError):
            continue
    raise RuntimeError("the web process did not become ready")


@asynccontextmanager
async def people(house: House, orgs: Orgs, many: int) -> AsyncIterator[list[Player]]:
    """So many agents of Acme with open sessions, known to every process of this installation."""
    app = web_app(house, loopback=True)
    cast = await gather(house.works, orgs, app.state.identity)
    async with house.works.open(orgs.acme, MACHINE) as work:
        found = [await enter(cast.desk, work, f"Agent{number}", Role.AGENT) for number in range(many)]
    signals = Signals(house.database.app, hears=())
    send_through(signals)
    await signals.start()
    yield found
    send_through(None)
    await signals.stop()
    await app.state.identity.close()


async def tell_news(house: House, org: UUID, tickets: list[str], until: float) -> None:
    """Something happens to a ticket."""
    while monotonic() < until:
        async with house.works.open(org, MACHINE) as work:
            ticket = await queries.by_id(work.db, UUID(random.choice(tickets)), for_update=True)
            other = Priority.HIGH if ticket.priority != Priority.HIGH else Priority.NORMAL
            await change(work, ticket, Change(priority=other))
        await asyncio.sleep(NEWS_SECONDS)


async def look_at(pid: int, until: float) -> list[float]:
    """Megabytes of the web process, every five seconds."""
    seen = []
    while monotonic() < until:
        seen.append(memory([pid]).pss)
        await asyncio.sleep(LOOK_SECONDS)
    return seen


async def at_work(house: House, orgs: Orgs, url: str, pid: int, asked: argparse.Namespace) -> None:
    """Let them work and print what it came to."""
    async with house.works.open(orgs.acme, MACHINE, reads=True) as work:
        tickets = [str(one) for one in await work.db.scalars(select(Ticket.id).limit(200))]
    seen, until = Seen(), monotonic() + 60 * asked.minutes
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with people(house, orgs, asked.agents) as agents, asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(look_at(pid, until))
        tasks.create_task(tell_news(house, orgs.acme, tickets, until))
        for agent in agents:
            client = httpx2.AsyncClient(base_url=url, headers=agent.headers, limits=limits, timeout=30)
            tasks.create_task(Agent(client, tickets, seen, until).work())
    told(seen, looking.result(), asked.minutes)
    await house.close()


def told(seen: Seen, megabytes: list[float], minutes: float) -> None:
    """The figures beside what they should reach."""
    lists, opened = percentile(seen.lists, 0.95), percentile(seen.opened, 0.95)
    settled = megabytes[int(len(megabytes) * min(0.2, 2 / minutes)) :]
    growth = settled[-1] / settled[0] - 1
    say(f"lists  {len(seen.lists):6} p50 {percentile(seen.lists, 0.5):6.1f} p95 {lists:6.1f} ms")
    say(f"       p95 of a list {verdict(lists, REACH_LIST)} ({REACH_LIST:.0f} ms)")
    say(f"opened {len(seen.opened):6} p50 {percentile(seen.opened, 0.5):6.1f} p95 {opened:6.1f} ms")
    say(f"events {seen.events}, faults {seen.faults}, asked again {seen.asked_again}")
    say(f"memory {settled[0]:.0f} to {settled[-1]:.0f} MB, {growth:+.1%} {verdict(growth, REACH_GROWTH)}")


def verdict(value: float, reach: float) -> str:
    """Whether it is low enough."""
    return "reached" if value <= reach else "MISSED"


def main() -> None:
    """Fill, start, measure, print."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("--agents", type=int, default=100)
    asking.add_argument("--minutes", type=float, default=2.0)
    asking.add_argument("--tickets", type=int, default=20_000)
    asked = asking.parse_args()
    say(f"{asked.agents} agents for {asked.minutes:g} minutes; {machine()}")
    orgs = Orgs(new_id(), new_id())
    with server() as (settings, found):
        assert found.admin is not None
        fill(plain(found.admin), {orgs.acme: asked.tickets, orgs.globex: asked.tickets // 10})
        with web_process(settings.data) as (url, pid):
            asyncio.run(at_work(furnish(settings, found), orgs, url, pid, asked))


if __name__ == "__main__":
    main()
