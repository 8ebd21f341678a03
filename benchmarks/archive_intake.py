"""How long a webhook takes, from its first byte to the answer, while another process makes pages.

    python -m benchmarks.archive_intake

Deliveries come at a steady rate, each for a ticket of its own or for one of those that are just being archived. The
limit beside them is what no durable intake can beat: one committed row a call.
"""

import asyncio
import os
import signal
from asyncio import Event
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from uuid import UUID

from sqlalchemy import text

from benchmarks.stage import machine, percentile, say, server
from tests.archive.intake.knocker import SECRET
from tests.archive.requests.zammading import webhook
from tests.wire.zammad import StandIn
from tests.wire.zammad.world import TOKEN, Ticket
from waypost.archive.requests import queries
from waypost.archive.requests.models import State
from waypost.database import Database
from waypost.main.house import House, furnish, stand_sources
from waypost.main.web import web_app
from waypost.main.worker import working
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.settings import Settings

TICKETS, ARTICLES = 30, 60
CALLS, A_SECOND = 400, 20
ENVIRONMENT = {
    "ZAMMAD_API_TOKEN": TOKEN,
    "WEBHOOK_HMAC_SECRET": SECRET,
    "HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP": "true",
    "HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS": "true",
    "RATE_LIMIT_ENABLED": "false",
}


def big_ticket(far: StandIn) -> Ticket:
    """One that takes a while."""
    ticket = far.world.ticket("pdf:sign")
    for _ in range(ARTICLES):
        far.world.article(ticket, "<p>" + "The hangar door is stuck again. " * 40 + "</p>")
    return ticket


async def archive(settings: Settings, database: Database) -> None:
    """The other process."""
    house = furnish(settings, database)
    async with working(house, watch=False):
        await Event().wait()


async def knock(house: House, tickets: list[Ticket]) -> list[float]:
    """Milliseconds of each call, at a steady rate whatever the answers take."""
    app, spent = web_app(house, loopback=True), []

    async def one(number: int) -> None:
        begun = perf_counter()
        answer = await webhook(app, tickets[number % len(tickets)], f"d-{number}")
        assert answer.status_code == 202, answer.text
        spent.append((perf_counter() - begun) * 1_000)

    await one(0)
    spent.clear()
    calls = []
    for number in range(CALLS):
        calls.append(asyncio.create_task(one(number)))
        await asyncio.sleep(1 / A_SECOND)
    await asyncio.gather(*calls)
    await app.state.identity.close()
    return spent


async def limit(house: House) -> list[float]:
    """Milliseconds of one committed row."""
    spent = []
    for _ in range(100):
        begun = perf_counter()
        async with house.shards.engine.begin() as connection:
            await connection.execute(text("select txid_current()"))
        spent.append((perf_counter() - begun) * 1_000)
    return spent


async def archived(house: House) -> int:
    """Requests that came to their end."""
    async with house.works.open(await org_of(house), MACHINE, reads=True) as work:
        counts = await queries.counts(work.db)
    return counts[State.ARCHIVED]


async def org_of(house: House) -> UUID:
    """The installation's organisation."""
    async with lookups.catalogue(house.works.shards) as db:
        found = await lookups.organisation_named(db, house.settings.identity.default_org)
    assert found is not None
    return found


async def measure(settings: Settings, database: Database, far: StandIn, go: int) -> None:
    """Without pages being made, then with them: a byte down the pipe starts the other process."""
    house = furnish(settings, database)
    await stand_sources(house)
    say(f"{machine()}; {CALLS} webhooks, {A_SECOND} a second")
    say(line("alone", await knock(house, [far.world.ticket() for _ in range(20)])))
    busy = [big_ticket(far) for _ in range(TICKETS)]
    os.write(go, b"!")
    say(line("while pages are made", await knock(house, busy)))
    say(f"archived meanwhile: {await archived(house)}")
    say(line("limit: one commit", await limit(house)))
    await house.close()


def line(name: str, spent: list[float]) -> str:
    """Percentiles of one run."""
    p50, p99 = percentile(spent, 0.5), percentile(spent, 0.99)
    return f"{name:24} p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  max {max(spent):6.1f} ms"


def main() -> None:
    """The other process is forked before there is any loop or connection."""
    with standing() as far:
        os.environ.update(ENVIRONMENT | {"ZAMMAD_BASE_URL": far.base})
        with server() as (settings, database):
            listens, go = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.read(listens, 1)
                asyncio.run(archive(settings, database))
            try:
                asyncio.run(measure(settings, database, far, go))
            finally:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


@contextmanager
def standing() -> Iterator[StandIn]:
    """A Zammad for as long as the block lasts."""
    far = StandIn().start()
    try:
        yield far
    finally:
        far.stop()


if __name__ == "__main__":
    main()
