"""The inbox at 200,000 tickets: page, filters and search as the app's role, with the number of statements and the plan.

Physical limit beside each figure: the same rows fetched by primary key in one bare statement.
"""

import asyncio
import random
from time import perf_counter
from uuid import UUID

import psycopg
from sqlalchemy import event, select

from benchmarks.stage import house, machine, percentile
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
SYLLABLES = (
    ["ba", "be", "bo", "da", "de", "di", "fa", "fo", "ga", "gi", "ka", "ke", "ko", "la", "le", "lo", "ma", "me", "mo", "na", "ne", "no", "pa", "pe", "ra", "re", "ro", "sa", "se", "so", "ta", "te", "to", "va"]
)


def vocabulary(size: int) -> list[str]:
    """Invented words; the first ones are used far more often, as in a language."""
    chance = random.Random(7)
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(size)]


def fill(admin_url: str, org: UUID, other: UUID) -> None:
    """Tickets of two organisations, one search text each, statuses as a live desk has them (most are closed)."""
    words = vocabulary(5_000)
    with psycopg.connect(plain(admin_url), autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("create temporary table vocabulary (n serial, word text)")
        with connection.cursor().copy("copy vocabulary (word) from stdin") as copy:
            for word in words:
                copy.write_row((word,))
        connection.execute("create index on vocabulary (n)")
        for owner, many in ((org, TICKETS), (other, TICKETS // 10)):
            connection.execute(FILL, {"org": owner, "many": many})
        connection.execute("analyze tickets, ticket_texts")


FILL = """
with made as (
  select n, gen_random_uuid() id, now() - (random() * interval '400 days') as moment,
         (array['closed','closed','closed','closed','closed','closed','resolved','open','pending','new'])[1 + (random() * 9)::int] status,
         (select string_agg(v.word, ' ') from (select (5000 * power(random(), 3))::int + 1 k from generate_series(1, 40 + n %% 3)) picks
          join vocabulary v on v.n = picks.k) body
  from generate_series(1, %(many)s) n
), tickets_in as (
  insert into tickets (org_id, id, ticket_code, status, priority, subject, subject_norm, requester_email, created_at,
    updated_at, first_message_at, last_message_at, last_activity_at, stitch_confidence, touched, message_count, snippet, needle)
  select %(org)s, id, 'tkt-' || substr(md5(id::text), 1, 16), status, 'normal', left(body, 40), left(body, 40),
    'client' || n || '@example.org', moment, moment, moment, moment, moment, 'low', 0, 1, left(body, 200),
    lower('tkt-' || substr(md5(id::text), 1, 16) || ' ' || left(body, 40) || ' client' || n || '@example.org')
  from made
)
insert into ticket_texts (org_id, id, ticket_id, message_id, at, ts)
select %(org)s, gen_random_uuid(), id, gen_random_uuid(), moment, to_tsvector('simple', body) from made
"""


async def timed(house: House, org: UUID, filters: Filters) -> tuple[list[float], int, int]:
    """Milliseconds of each page (own work included), rows of the first page, statements of one."""
    statements: list[str] = []
    event.listen(
        house.shards.engine.sync_engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]))
    )
    spent, rows = [], 0
    for round_ in range(ROUNDS):
        statements.clear()
        begun = perf_counter()
        async with house.works.open(org, MACHINE, reads=True) as work:
            found = await queries.page(work.db, filters)
        spent.append((perf_counter() - begun) * 1_000)
        rows = len(found) if round_ == 0 else rows
    return spent, rows, len(statements)


async def limit(house: House, org: UUID) -> float:
    """The median of fetching 51 tickets by their keys: what no list can beat."""
    async with house.works.open(org, MACHINE, reads=True) as work:
        ids = list(await work.db.scalars(select(Ticket.id).limit(51)))
    spent = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        async with house.works.open(org, MACHINE, reads=True) as work:
            await work.db.execute(select(Ticket.id, Ticket.subject).where(Ticket.id.in_(ids)))
        spent.append((perf_counter() - begun) * 1_000)
    return percentile(spent, 0.5)


async def measure(house: House, org: UUID) -> None:
    """One line a question."""
    words = vocabulary(5_000)
    questions = {
        "inbox, all": Filters(),
        "inbox, open view (new + open)": Filters(STATUSES["open"]),
        "closed": Filters((Status.CLOSED,)),
        "unassigned": Filters(STATUSES["unassigned"], unassigned=True),
        "search, very frequent word": Filters(q=words[3]),
        "search, frequent word": Filters(q=words[60]),
        "search, rare word": Filters(q=words[4_990]),
        "search, part of an address": Filters(q="client4711@"),
        "search, two words": Filters(q=f"{words[40]} {words[300]}"),
    }
    print(f"physical limit (51 rows by key): {await limit(house, org):.1f} ms")
    for name, filters in questions.items():
        spent, rows, statements = await timed(house, org, filters)
        print(
            f"{name:34} p50 {percentile(spent, 0.5):7.1f} ms  p95 {percentile(spent, 0.95):7.1f} ms  "
            f"first {spent[0]:7.1f} ms  rows {rows:3}  statements {statements}"
        )
    await house.close()


def main() -> None:
    """Fill, measure, print."""
    print(f"inbox of {TICKETS:,} tickets; {machine()}")
    org, other = new_id(), new_id()
    with house() as built:
        assert built.database.admin is not None
        begun = perf_counter()
        fill(built.database.admin, org, other)
        print(f"filled in {perf_counter() - begun:.0f} s")
        asyncio.run(measure(built, org))


if __name__ == "__main__":
    main()
