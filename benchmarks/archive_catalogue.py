"""The catalogue of an organisation with a million records: list, filters, search, the hundredth page, one record, CSV.

    python -m benchmarks.archive_catalogue [--records 1000000] [--plans]

Two organisations; the other one has a tenth. Reach: p95 of a list 150 ms, of a search 300 ms; the first call of each is
printed beside it, for it reads what no memory holds yet. Beside it the limit: a door that asks nothing. Rows are
written straight into the tables. `--plans` prints how the app's role walks.
"""

import argparse
import asyncio
from time import perf_counter
from urllib.parse import quote
from uuid import UUID

import psycopg
from sqlalchemy import text

from benchmarks.measures.visits import BROWSER, PROGRAM, Desk, desk
from benchmarks.stage import house, machine, say
from tests.conftest import Orgs
from waypost.archive.records.listing import Filters, listing
from waypost.archive.records.models import RecordState
from waypost.archive.signing.levels import Level
from waypost.database import plain
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id

ROUNDS, LIST_REACH, SEARCH_REACH = 40, 150.0, 300.0
FILL = """
insert into archive_records (org_id, id, origin_kind, source, ref, number, title, customer, customer_email, folder,
  needle, state, newest, newest_id, numbered, level, size_bytes, made_at, kept_at, holds)
select %(org)s, gen_random_uuid(), case when n %% 5 = 0 then 'ticket' else 'zammad' end, 'default', n::text,
  (10000000 + n)::text, 'Heating ' || md5(n::text), 'Customer ' || n %% 40000, 'c' || n %% 40000 || '@client.example',
  'team' || n %% 50 || '/2026', (10000000 + n) || E'\\nheating ' || md5(n::text) || E'\\ncustomer ' || n %% 40000
  || E'\\nc' || n %% 40000 || '@client.example' || E'\\nteam' || n %% 50 || '/2026/ticket-' || (10000000 + n) || '.pdf',
  case when n %% 200000 = 7 then 'damaged' else 'kept' end, 1, gen_random_uuid(), 1,
  (array['B-T', 'B-T', 'B-LT', 'B-B', 'B-LTA'])[1 + n %% 5], 60000, at, at, case when n %% 5000 = 3 then 1 else 0 end
from generate_series(1, %(records)s) n, lateral (select now() - n * interval '30 s' as at) moment
"""
VERSIONS = """
insert into archive_versions (org_id, id, record_id, request_id, kind, number, state, level, wanted, articles,
  size_bytes, sha256, blob_keys, manifest_sha256, log_position, leaf, folder, reserved_at, kept_at, looked_at,
  failed_checks, raise_tries)
select org_id, newest_id, id, gen_random_uuid(), 'record', 1, 'kept', level, level, 3, size_bytes, md5(number), '[]',
  md5(number), row_number() over (order by kept_at) - 1, md5(number), folder, kept_at, kept_at, kept_at, '[]', 0
from archive_records where org_id = %(org)s
"""


def fill(dsn: str, org: UUID, records: int) -> None:
    """So many records of the last months, each with its version."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(FILL, {"org": org, "records": records})
        connection.execute(VERSIONS, {"org": org})
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze archive_records, archive_versions")


LISTS = {
    "page /archives": "/archives",
    "page, level B-B": "/archives?level=B-B",
    "page, our own tickets": "/archives?origin=ticket",
    "page, damaged": "/archives?state=damaged",
    "page, held": "/archives?hold=1",
    "page, one day": "/archives?from=2026-06-01&to=2026-06-01",
}
QUESTIONS = ("10012345", "customer 3999", "customer 39", "heating", "team7/", "team7/2026/ticket-100", "nowhere at all")
"""Of one record, a handful, one in 36, all, one in 50, one in 50 of the newest tenth, none."""


async def measure(built: House, orgs: Orgs) -> None:
    """One line a page."""
    async with desk(built, orgs, admin=True) as alice:
        for name, path in LISTS.items():
            visit = await alice.ask(path, BROWSER, ROUNDS)
            say(f"{visit.line(name)}  {'reached' if visit.p95 <= LIST_REACH else 'MISSED'}")
        for question in QUESTIONS:
            visit = await alice.ask(f"/archives?q={quote(question)}", BROWSER, ROUNDS)
            say(f"{visit.line(f'search {question!r}')}  {'reached' if visit.p95 <= SEARCH_REACH else 'MISSED'}")
        first, far = await addresses(alice)
        say((await alice.ask(first, BROWSER, ROUNDS)).line("page of one record"))
        say((await alice.ask(far, PROGRAM, ROUNDS)).line("json, the hundredth page"))
        say((await alice.ask("/healthz", PROGRAM, ROUNDS)).line("limit: a door that asks nothing"))
        begun = perf_counter()
        answer = await alice.client.get("/archives/catalogue.csv", headers=PROGRAM)
        say(f"CSV of all: {answer.text.count(chr(10)) - 1:,} rows in {perf_counter() - begun:.1f} s")
    await built.close()


async def addresses(alice: Desk) -> tuple[str, str]:
    """Of the newest record, and of a page far back."""
    path, page = "/archives?limit=200", {}
    for _ in range(100):
        page = (await alice.client.get(path, headers=PROGRAM)).json()
        if page["next_cursor"] is None:
            break
        path = f"/archives?limit=200&cursor={page['next_cursor']}"
    newest = (await alice.client.get("/archives?limit=1", headers=PROGRAM)).json()["items"][0]["id"]
    return f"/archives/{newest}", path


async def plans(built: House, org: UUID) -> None:
    """How the app's own role walks, under row security."""
    asked = {
        "all": Filters(),
        "level": Filters(level=Level.B),
        "damaged": Filters(state=RecordState.DAMAGED),
        "held": Filters(held=True),
        "search": Filters(q="customer 3999"),
    }
    async with built.works.open(org, MACHINE, reads=True) as work:
        for name, filters in asked.items():
            compiled = listing(filters, 50).compile(
                dialect=built.shards.engine.dialect, compile_kwargs={"literal_binds": True}
            )
            say(f"-- {name}")
            for (line,) in await work.db.execute(text(f"explain (analyze, buffers) {compiled}".replace(":", "\\:"))):
                say(f"   {line}")


def main() -> None:
    """Fill and measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=1_000_000)
    asked.add_argument("--plans", action="store_true")
    wanted = asked.parse_args()
    orgs = Orgs(new_id(), new_id())
    say(machine())
    with house() as built:
        assert built.database.admin is not None
        for org, records in ((orgs.acme, wanted.records), (orgs.globex, wanted.records // 10)):
            fill(plain(built.database.admin), org, records)
        say(f"{wanted.records:,} records, and a tenth of another organisation")
        if wanted.plans:
            asyncio.run(plans(built, orgs.acme))
        else:
            asyncio.run(measure(built, orgs))


if __name__ == "__main__":
    main()
