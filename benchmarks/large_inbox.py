"""A house at 1,000,000 tickets and 2,000,000 messages of 50 organisations: lists, searches, opened tickets, live news.

    python -m benchmarks.large_inbox [--tickets 1000000]

Half of all tickets belong to one organisation, the one that is asked. Everything goes through the web app in this
process as a signed-in person; live news are timed from the begin of a work that opens a ticket to the line in a stream.
"""

import argparse
import asyncio
import random
from time import perf_counter
from uuid import UUID

from benchmarks.measures.crowd import fill, vocabulary
from benchmarks.measures.visits import BROWSER, PROGRAM, Desk, Visit, desk
from benchmarks.stage import house, machine, percentile, say
from tests.conftest import Orgs
from waypost.cli.looping import in_loop
from waypost.database import plain
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs.pokes import send_through
from waypost.platform.signals import LIVE, Signals
from waypost.platform.web.live import Live, attach
from waypost.ticketing.tickets.models import TicketOpened
from waypost.ticketing.tickets.queries import Filters, page

TICKETS = 1_000_000
ORGANISATIONS = 50
ROUNDS = 40


def crowds(orgs: Orgs, tickets: int) -> dict[UUID, int]:
    """One large organisation and many small ones."""
    others = [orgs.globex, *(new_id() for _ in range(ORGANISATIONS - 2))]
    return {orgs.acme: tickets // 2} | {org: tickets // 2 // len(others) for org in others}


async def lists(bob: Desk, words: list[str]) -> None:
    """Pages and their JSON twins, by view, place and word."""
    for path in ("/tickets", "/tickets?view=all", "/tickets?view=unassigned"):
        say((await bob.ask(path, BROWSER, ROUNDS)).line(f"page {path}"))
    say((await bob.ask("/tickets", PROGRAM, ROUNDS)).line("json /tickets"))
    chance, searches = random.Random(5), Visit()
    for _ in range(ROUNDS):
        asked = await bob.ask(f"/tickets?q={words[int(5_000 * chance.random() ** 2)]}", PROGRAM, 1)
        searches.milliseconds += asked.milliseconds
        searches.processor += asked.processor
        searches.statements, searches.bytes = asked.statements, asked.bytes
    say(searches.line("json, a search for another word each time"))


async def opened(house: House, bob: Desk) -> None:
    """Another ticket each time."""
    async with house.works.open(bob.org, MACHINE, reads=True) as work:
        ids = [row.id for row in await page(work.db, Filters(), limit=ROUNDS)]
    visits = Visit()
    for ticket in ids:
        asked = await bob.ask(f"/tickets/{ticket}", BROWSER, 1)
        visits.milliseconds += asked.milliseconds
        visits.processor += asked.processor
        visits.statements, visits.bytes = asked.statements, asked.bytes
    say(visits.line("page of a ticket, another each time"))


async def always() -> bool:
    """The person stays."""
    return True


async def live(house: House, org: UUID) -> None:
    """The way of news: commit, NOTIFY, the stream of an open page."""
    mouth, ear, streams = Signals(plain(house.database.app)), Signals(plain(house.database.app), hears=(LIVE,)), Live()
    attach(streams, ear.hear)
    for part in (mouth, ear):
        await part.start()
    send_through(mouth)
    text = streams.stream(org, new_id(), always)
    await anext(text)
    await asyncio.sleep(0.3)
    spent = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        async with house.works.open(org, MACHINE) as work:
            work.tell(TicketOpened(new_id(), new_id()))
        await anext(text)
        spent.append((perf_counter() - begun) * 1_000)
    say(f"live news: p50 {percentile(spent, 0.5):.1f} ms, p95 {percentile(spent, 0.95):.1f} ms")
    send_through(None)
    for part in (mouth, ear):
        await part.stop()


async def measure(house: House, orgs: Orgs) -> None:
    """All of it."""
    async with desk(house, orgs) as bob:
        await lists(bob, vocabulary())
        await opened(house, bob)
        await live(house, orgs.acme)
    await house.close()


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=TICKETS)
    tickets = parser.parse_args().tickets
    say(f"{tickets:,} tickets, {2 * tickets:,} messages, {ORGANISATIONS} organisations; {machine()}")
    orgs = Orgs(new_id(), new_id())
    with house() as built:
        assert built.database.admin is not None
        begun = perf_counter()
        fill(plain(built.database.admin), crowds(orgs, tickets), conversations=True)
        say(f"filled in {perf_counter() - begun:.0f} s")
        in_loop(measure(built, orgs))


if __name__ == "__main__":
    main()
