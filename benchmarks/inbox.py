"""The inbox at 200,000 tickets: its rows, its search and its whole page, as the app's role.

    python -m benchmarks.inbox

Rows are timed with their transaction, the page as the web app answers a signed-in person, in process. The limit beside
them is what no list can beat: the same number of rows fetched by their keys.
"""

from time import perf_counter
from uuid import UUID

from sqlalchemy import select

from benchmarks.measures.crowd import fill, vocabulary
from benchmarks.measures.visits import BROWSER, PROGRAM, Visit, counted, desk
from benchmarks.stage import house, machine, percentile, say
from tests.conftest import Orgs
from waypost.cli.looping import in_loop
from waypost.database import plain
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.models import Status, Ticket
from waypost.ticketing.tickets.queries import Filters
from waypost.ticketing.tickets.views import STATUSES

TICKETS = 200_000
ROUNDS = 60


def questions(words: list[str]) -> dict[str, Filters]:
    """What people ask; words stand in the order of their frequency."""
    return {
        "rows, all": Filters(),
        "rows, open (new + open)": Filters(STATUSES["open"]),
        "rows, closed": Filters((Status.CLOSED,)),
        "rows, unassigned": Filters(STATUSES["unassigned"], unassigned=True),
        "search, very frequent word": Filters(q=words[3]),
        "search, frequent word": Filters(q=words[60]),
        "search, rare word": Filters(q=words[4_990]),
        "search, two words": Filters(q=f"{words[40]} {words[300]}"),
        "search, part of an address": Filters(q="client4711@"),
        "search, frequent word in open": Filters(STATUSES["open"], q=words[60]),
        "search, nothing": Filters(q="xyzzyxyzzy"),
    }


async def rows_of(house: House, org: UUID, filters: Filters) -> tuple[Visit, int]:
    """A page of rows in a work of its own, some times."""
    visit, rows = Visit(), 0
    with counted(house) as statements:
        for _ in range(ROUNDS):
            statements.clear()
            with visit.round():
                async with house.works.open(org, MACHINE, reads=True) as work:
                    rows = len(await queries.page(work.db, filters))
    visit.statements = len(statements)
    return visit, rows


async def limit(house: House, org: UUID) -> float:
    """The median of fetching 51 tickets by their keys."""
    async with house.works.open(org, MACHINE, reads=True) as work:
        ids = list(await work.db.scalars(select(Ticket.id).limit(51)))
    spent = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        async with house.works.open(org, MACHINE, reads=True) as work:
            (await work.db.execute(select(*queries.ROW).where(Ticket.id.in_(ids)))).all()
        spent.append((perf_counter() - begun) * 1_000)
    return percentile(spent, 0.5)


async def measure(house: House, orgs: Orgs) -> None:
    """One line a question."""
    words = vocabulary()
    for name, filters in questions(words).items():
        visit, rows = await rows_of(house, orgs.acme, filters)
        say(f"{visit.line(name)}  rows {rows}")
    say(f"limit: 51 rows by their keys, p50 {await limit(house, orgs.acme):.1f} ms")
    async with desk(house, orgs) as bob:
        for path in ("/tickets", "/tickets?view=all", f"/tickets?q={words[60]}", f"/tickets?q={words[4_990]}"):
            say((await bob.ask(path, BROWSER, ROUNDS)).line(f"page {path}"))
        for path in ("/tickets", "/tickets?status=open", f"/tickets?q={words[60]}"):
            say((await bob.ask(path, PROGRAM, ROUNDS)).line(f"json {path}"))
        say((await bob.ask("/healthz", PROGRAM, ROUNDS)).line("limit: a door that asks nothing (/healthz)"))
    await house.close()


def main() -> None:
    """Fill, measure, print."""
    say(f"inbox of {TICKETS:,} tickets; {machine()}")
    orgs = Orgs(new_id(), new_id())
    with house() as built:
        assert built.database.admin is not None
        begun = perf_counter()
        fill(plain(built.database.admin), {orgs.acme: TICKETS, orgs.globex: TICKETS // 10})
        say(f"filled in {perf_counter() - begun:.0f} s")
        in_loop(measure(built, orgs))


if __name__ == "__main__":
    main()
