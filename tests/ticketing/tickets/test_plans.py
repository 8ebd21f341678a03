"""The list and the search walk along their indexes, under row security and as the app's role."""

from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from sqlalchemy import ClauseElement, text

from tests.conftest import Orgs
from waypost.platform.access import MACHINE
from waypost.platform.work import Work, Works
from waypost.ticketing.tickets.models import Status
from waypost.ticketing.tickets.queries import Filters, listing, page
from waypost.ticketing.tickets.search_sql import LOOKED_AT, NEWEST, SINCE, function

pytestmark = pytest.mark.anyio

Owner = psycopg.AsyncConnection[tuple[object, ...]]
TICKETS = """
insert into tickets (org_id, id, ticket_code, status, priority, subject, subject_norm, requester_email, created_at,
  updated_at, last_activity_at, stitch_confidence, touched, message_count, snippet, needle)
select %(org)s, md5(%(org)s::text || n)::uuid, 'tkt-' || n, case when n %% 10 = 0 then 'open' else 'closed' end,
  'normal', 'Subject ' || n, '', 'client' || n || '@example.org', now(), now(), now() - n * interval '1 minute', 'low',
  0, 1, repeat('what was said ', 30), 'tkt-' || n || ' client' || n || '@example.org'
from generate_series(1, %(many)s) n
"""
TEXTS = """
insert into ticket_texts (org_id, id, ticket_id, message_id, at, ts)
select org_id, id, id, id, last_activity_at - case when n > 5000 then interval '9 years' else interval '0' end,
  to_tsvector('simple', concat_ws(' ', 'boiler', needle, case when n %% 3 = 0 then 'often' end,
    case when n %% 30 = 0 then 'sometimes' end, case when n %% 300 = 0 then 'seldom' end,
    case when n > 2000 or n %% 100 = 0 then 'formerly' end, case when n > 2100 then 'once' end))
from (select *, substr(ticket_code, 5)::int as n from tickets where org_id = %(org)s) t
"""
MANY = 6_500
SAID: dict[str, Callable[[int], bool]] = {
    "boiler": lambda n: True,
    "often": lambda n: n % 3 == 0,
    "sometimes": lambda n: n % 30 == 0,
    "seldom": lambda n: n % 300 == 0,
    "formerly": lambda n: n > 2_000 or n % 100 == 0,
    "once": lambda n: n > 2_100,
}
"""Which of the texts, counted from the newest, hold a word: each is found in a way of its own."""
QUESTIONS = [
    ("client4711@example.org", "tickets_by_needle", 1),
    ("ient4711", "tickets_by_needle", 1),
    ("4711", "ticket_texts_by_words", 1),
    ("boiler", "ticket_texts_newest", 51),
    ("example.org", "tickets_by_activity", 51),
    ("often", "ticket_texts_newest", 51),
    ("seldom", "ticket_texts_by_words", 21),
    ("nowhere", "ticket_texts_by_words", 0),
]
"""What is asked, the index that leads there whatever the pace of the machine, and how many rows a page gets."""
FEW = 4_000
WAYS = {
    "as it is": function(),
    "walking is too slow": function(walk=0.0, few=FEW),
    "walking is too slow, a small organisation": function(walk=0.0, few=FEW, large=2.0),
    "walking is quick": function(walk=60.0, few=FEW),
}
SCANS = "select indexrelname, idx_scan from pg_stat_user_indexes where relname in ('tickets', 'ticket_texts')"


@pytest.fixture
async def crowd(owner: Owner, orgs: Orgs) -> AsyncIterator[None]:
    """A few thousand tickets with their texts, gone afterwards so that other tests' plans stay what they were.

    Vacuumed, because a word index puts off its work and looks dear until that is done. What other tests left goes
    first: thousands of organisations with a ticket each make any one look small.
    """
    await owner.execute("set session_replication_role = replica")
    await owner.execute("delete from ticket_texts")
    await owner.execute("delete from tickets")
    for org, many in ((orgs.acme, MANY), (orgs.globex, 600)):
        await owner.execute(TICKETS, {"org": org, "many": many})
        await owner.execute(TEXTS, {"org": org})
    await owner.execute("vacuum (analyze) tickets, ticket_texts")
    yield
    for table in ("ticket_texts", "tickets"):
        await owner.execute(f"delete from {table} where org_id = any(%s)".encode(), ([orgs.acme, orgs.globex],))
    await owner.execute("vacuum (analyze) tickets, ticket_texts")


def alone(definition: str) -> str:
    """The same for this connection only."""
    return definition.replace("function ", "function pg_temp.", 1)


async def plan(work: Work, question: ClauseElement) -> str:
    """How the database means to answer."""
    dialect = (await work.db.connection()).dialect
    compiled = question.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return "\n".join(await work.db.scalars(text(f"explain {compiled}")))


async def scans(owner: Owner) -> dict[object, int]:
    """How often each index was used so far."""
    return {name: int(str(times)) for name, times in await (await owner.execute(SCANS)).fetchall()}


@pytest.mark.usefixtures("crowd")
async def test_the_list_walks_along_an_index(work: Work) -> None:
    lists = [(), (Status.OPEN,), (Status.NEW, Status.OPEN, Status.PENDING)]
    for statuses, index in zip(lists, ("tickets_by_activity", "tickets_inbox_idx", "tickets_inbox_idx"), strict=True):
        said = await plan(work, listing(Filters(statuses), 50))
        assert "Seq Scan" not in said, said
        assert said.count(index) == max(1, len(statuses)), said


@pytest.mark.usefixtures("crowd")
async def test_a_search_uses_the_index_that_fits(works: Works, owner: Owner, orgs: Orgs) -> None:
    for question, index, found in QUESTIONS:
        before = await scans(owner)
        async with works.open(orgs.acme, MACHINE, reads=True) as work:
            rows = await page(work.db, Filters(q=question))
            await work.db.execute(text("select pg_stat_force_next_flush()"))
        after = await scans(owner)
        assert (question, len(rows)) == (question, found)
        assert after[index] > before[index], (question, {k: v - before[k] for k, v in after.items() if v != before[k]})


@pytest.mark.usefixtures("crowd")
async def test_a_search_finds_the_newest_whichever_way_it_goes(owner: Owner, orgs: Orgs) -> None:
    assert MANY - 2_100 > FEW > LOOKED_AT > NEWEST
    asked = "select substr(ticket_code, 5)::int from tickets where id in "
    asked += "(select pg_temp.search_tickets(to_tsquery('simple', %s), ''))"
    async with owner.transaction(force_rollback=True):
        await owner.execute("select set_config('app.current_org_id', %s, true)", (str(orgs.acme),))
        for way, written in WAYS.items():
            await owner.execute(alone(written).encode())
            for word, fits in SAID.items():
                rows = await (await owner.execute(asked.encode(), (word,))).fetchall()
                found = sorted(int(str(row[0])) for row in rows)
                assert found == [n for n in range(1, MANY + 1) if fits(n)][:NEWEST], (way, word)


@pytest.mark.usefixtures("crowd")
async def test_where_walking_is_slow_the_index_of_words_is_asked(owner: Owner, orgs: Orgs) -> None:
    await owner.execute("select set_config('app.current_org_id', %s, false)", (str(orgs.acme),))
    for large in (0.1, 2.0):
        await owner.execute(alone(function(walk=0.0, large=large)).encode())
        before = await scans(owner)
        await owner.execute("select pg_temp.search_tickets('sometimes', '')")
        await owner.execute("select pg_stat_force_next_flush()")
        after = await scans(owner)
        assert after["ticket_texts_by_words"] > before["ticket_texts_by_words"], large


@pytest.mark.usefixtures("crowd")
async def test_the_index_of_newest_words_is_meant_by_what_the_search_asks(owner: Owner, orgs: Orgs) -> None:
    asked = SINCE.replace("(o,", f"('{orgs.acme}'::uuid,").replace("since", "now()")
    async with owner.transaction():
        await owner.execute("set local enable_seqscan = off")
        rows = await (await owner.execute(f"explain select from ticket_texts t where {asked}".encode())).fetchall()
    said = "\n".join(str(row[0]) for row in rows)
    assert said.count("ticket_texts_since") == 1 and "Filter" not in said, said


@pytest.mark.usefixtures("crowd")
async def test_a_search_keeps_to_its_statuses_and_its_organisation(work: Work, works: Works, orgs: Orgs) -> None:
    rows = await page(work.db, Filters((Status.NEW, Status.OPEN), q="boiler"))
    assert {row.status for row in rows} == {"open"}
    async with works.open(orgs.globex, MACHINE, reads=True) as other:
        assert [row.ticket_code for row in await page(other.db, Filters(q="client599@"))] == ["tkt-599"]
        assert not await page(other.db, Filters(q="client4711@"))
