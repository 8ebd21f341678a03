"""A conversation of 1,000 messages: its page, its JSON and the rest on demand.

    python -m benchmarks.long_ticket

The messages come the way mail comes (stored, read, recognised, stitched, routed); the doors are asked in process by a
signed-in person. The limit beside them is the text alone: the rows of the newest messages, read and not shown.
"""

import re
from time import perf_counter
from uuid import UUID

from benchmarks.measures.visits import BROWSER, PROGRAM, Desk, desk
from benchmarks.stage import house, machine, percentile, say
from tests.conftest import Orgs
from tests.ticketing.desk import MailDesk
from tests.wire.ordinary import ordinary_mails
from waypost.cli.looping import in_loop
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.tickets.queries import messages

MESSAGES = 1_000
BATCH = 100
ROUNDS = 30


def answers(count: int) -> list[bytes]:
    """Ordinary mails made one conversation: each answers the one before, in turns."""
    made = []
    for n, raw in enumerate(ordinary_mails(count, 1)):
        head, _, body = raw.partition(b"\r\n\r\n")
        kind = re.search(rb"(?s)Content-Type: multipart.*", head)
        sides = (b"Client <client@example.org>", b"Acme Support <support@acme.example>")
        lines = [b"From: " + sides[n % 2], b"To: " + sides[1 - n % 2], b"Subject: Re: A very long story"]
        lines += [b"Message-ID: <m%d@example.org>" % n, b"MIME-Version: 1.0"]
        lines += [b"In-Reply-To: <m%d@example.org>" % (n - 1)] if n else []
        made.append(b"\r\n".join([*lines, kind.group() if kind else b"", b"", body]))
    return made


async def story(house: House, org: UUID) -> UUID:
    """The one ticket of them all."""
    inbound = MailDesk(house.works, org, house.parts.of(Blobs), inbox=None)
    mails = answers(MESSAGES)
    tickets = set()
    for at in range(0, MESSAGES, BATCH):
        tickets.update(await inbound.deliver(*mails[at : at + BATCH]))
    (ticket,) = tickets
    assert ticket is not None
    return ticket


async def limit(house: House, org: UUID, ticket: UUID) -> float:
    """The median of reading what the first page shows."""
    spent = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        async with house.works.open(org, MACHINE, reads=True) as work:
            await messages(work.db, ticket, limit=21)
        spent.append((perf_counter() - begun) * 1_000)
    return percentile(spent, 0.5)


async def ask(bob: Desk, ticket: UUID) -> None:
    """The first answer, then what is fetched when it is wanted."""
    page = await bob.ask(f"/tickets/{ticket}", BROWSER, ROUNDS)
    say(page.line("page, first answer"))
    say((await bob.ask(f"/tickets/{ticket}", PROGRAM, ROUNDS)).line("json, newest 50 bodies"))
    say((await bob.ask(f"/tickets/{ticket}?bodies=all", PROGRAM, 3)).line("json, all bodies"))
    say((await bob.ask(f"/tickets/{ticket}/messages", PROGRAM, ROUNDS)).line("json, fifty messages"))
    older = re.search(r'"(/tickets/[^"]*/messages\?cursor=[^"]+)"', page.body)
    assert older is not None
    say((await bob.ask(older[1].replace("&amp;", "&"), BROWSER, ROUNDS)).line("page, the next older messages"))


async def measure(house: House, orgs: Orgs) -> None:
    """Fill and ask."""
    begun = perf_counter()
    ticket = await story(house, orgs.acme)
    say(f"stitched in {perf_counter() - begun:.0f} s")
    async with desk(house, orgs) as bob:
        await ask(bob, ticket)
    say(f"limit: the rows of the first page, p50 {await limit(house, orgs.acme, ticket):.1f} ms")
    await house.close()


def main() -> None:
    """Run it."""
    say(f"a ticket of {MESSAGES:,} messages; {machine()}")
    with house() as built:
        in_loop(measure(built, Orgs(new_id(), new_id())))


if __name__ == "__main__":
    main()
