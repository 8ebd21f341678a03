"""The catalogue with a million offers: taking batches in, list, filters, search, the hundredth page, figures, CSV.

    python -m benchmarks.offers [--offers 1000000] [--batches 40] [--plans]

Two organisations; the other one has a tenth. Reach: p95 of a list 150 ms, of a search 300 ms, of figures 100 ms (they
are one part of `/ops/metrics`, which has as much for all). Batches are 100 offers with texts of 5 kB. `--plans` prints
how the search function's role walks.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random
from time import perf_counter, process_time
from urllib.parse import quote
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import text

from benchmarks.measures.visits import PROGRAM, desk
from benchmarks.stage import house, machine, percentile, say
from tests.conftest import Orgs
from tests.sourcing.offers.making import SOURCE, begin_run, offer
from waypost.database import plain
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.sourcing.offers.actions import observe
from waypost.sourcing.offers.figures import figures
from waypost.sourcing.offers.indexing import index
from waypost.sourcing.offers.tallying import tally
from waypost.sourcing.wire.offer import Offer

ROUNDS, LIST_REACH, SEARCH_REACH, FIGURES_REACH = 40, 150.0, 300.0, 100.0
FILL = """
insert into job_offers (org_id, id, source, offer_identity_key, source_id, url, title, company, company_key, location,
  salary_min, salary_max, salary_currency, salary_period, salary_monthly, employment_type, category, facets,
  description, requirements, details, tags, content_hash, quality_state, quality_reason, unknown_contract,
  normalisation_version, is_expired, expires_at, first_seen_at, last_seen_at, fetched_at)
select %(org)s, gen_random_uuid(), 'board-' || n %% 5, 'source:' || n, n::text, 'https://board.example/' || n,
  'Position ' || words.some[1] || ' ' || words.some[2], 'Company ' || n %% 40000, 'company ' || n %% 40000, 'Warszawa',
  pay, pay, 'PLN', 'month', pay, case when n %% 9 > 0 then 'uop' end,
  case when n %% 20 > 0 then 'category-' || n %% 17 end,
  jsonb_build_object('workModes', jsonb_build_array((array['remote', 'hybrid', 'onsite', 'mobile'])[1 + n %% 4]),
    'seniority', jsonb_build_array((array['junior', 'mid', 'senior'])[1 + n %% 3]),
    'technologies', jsonb_build_array('tech-' || n %% 97, 'tech-' || n %% 1013)),
  array_to_string(words.some, ' '), '[]', '{}', '[]', md5(n::text), 'ACCEPTED', 'detail_full', false, 1,
  n %% 10 >= 7, case when n %% 3 = 0 then at + interval '60 days' end, at, at + (n %% 50) * interval '1 hour', at
from generate_series(1, %(offers)s) n, lateral (select now() - n * interval '20 s' as at,
    (400000 + (n * 7919::bigint %% 2000000))::bigint as pay) moment,
  lateral (select array_agg('w' || ((n + k * 31)::bigint * (k + 7919) %% (1 + (k * k * 40)))) as some
    from generate_series(1, 60) k) words
"""
TEXTS = """
insert into job_offer_texts (org_id, id, offer_id, at, ts)
select org_id, gen_random_uuid(), id, first_seen_at,
  to_tsvector('simple', title || ' ' || company || ' ' || description)
  || array_to_tsvector(array_remove(array['=source:' || source, '=category:' || category, '=company:' || company_key,
    '=workModes:' || (facets -> 'workModes' ->> 0), '=seniority:' || (facets -> 'seniority' ->> 0),
    '=technologies:' || (facets -> 'technologies' ->> 0), '=technologies:' || (facets -> 'technologies' ->> 1),
    case when not is_expired then '=standing' end, case when salary_monthly >= 1500000 then '=pay:PLN:15' end,
    case when salary_monthly >= 2000000 then '=pay:PLN:20' end], null))
from job_offers where org_id = %(org)s
"""
LISTS = {
    "json /api/catalog/offers": "",
    "remote or hybrid": "mode=remote&mode=hybrid",
    "category, level and mode": "category=category-3&level=senior&mode=remote",
    "one technology of a thousand": "technology=tech-1001",
    "pay from 20,000 a month": "pay_from=20000",
    "pay that nobody pays": "pay_from=90000",
    "seen within a day": "seen_hours=24",
    "seen within a day, a category": "seen_hours=24&category=category-5",
    "one company": "company=Company 777",
    "only what is over, a technology": "expired=only&technology=tech-5",
}
QUESTIONS = ("position", "w1", "w20", "w1 w20 w300", "w143999", '"w1 w20"', "position -w1", "nowhere", "pos")


def fill(dsn: str, org: UUID, offers: int) -> None:
    """So many offers of the last months, with their texts."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(FILL, {"org": org, "offers": offers})
        connection.execute(TEXTS, {"org": org})


@contextmanager
def indexed_afterwards(dsn: str) -> Iterator[None]:
    """Words are indexed when the block is over: seventy million one by one take half an hour, at once minutes."""
    asked = "select indexname, indexdef from pg_indexes where tablename = 'job_offer_texts' and indexdef like '%gin%'"
    with psycopg.connect(dsn, autocommit=True) as connection:
        found = connection.execute(asked).fetchall()
        for name, _ in found:
            connection.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
        yield
        connection.execute("set maintenance_work_mem = '1GB'")
        for _, definition in found:
            connection.execute(definition)


def batch(dice: Random, first: int) -> list[Offer]:
    """A hundred offers with texts of 5 kB of many words."""
    return [
        offer(one, description=" ".join(f"w{dice.randrange(20_000)}" for _ in range(830)))
        for one in range(first, first + 100)
    ]


async def take_in(built: House, org: UUID, batches: int) -> None:
    """New batches, the same again, and what follows in the job."""
    dice = Random(7)
    crowd = [batch(dice, 10_000_000 + number * 100) for number in range(batches)]
    for name in ("new batches of 100 x 5 kB", "the same again"):
        await _timed(built, org, name, crowd)
    spent: list[float] = []
    async with built.works.open(org, MACHINE) as work:
        ids = list(await work.db.scalars(text("select id from job_offers where source = 'fixture-board' order by id")))
    for start in range(0, len(ids), 100):
        begun = perf_counter()
        async with built.works.open(org, MACHINE) as work:
            await index(work, ids[start : start + 100])
        spent.append((perf_counter() - begun) * 1_000)
    said = f"p50 {percentile(spent, 0.5):6.1f} ms  p95 {percentile(spent, 0.95):6.1f}"
    say(f"{'words of a batch, later, in a job':44} {said}")


async def _timed(built: House, org: UUID, name: str, crowd: Sequence[Sequence[Offer]]) -> None:
    spent: list[float] = []
    worked = process_time()
    for one in crowd:
        begun = perf_counter()
        async with built.works.open(org, MACHINE) as work:
            await observe(work, SOURCE, one, run_id=await begin_run(work), via="detail")
        spent.append((perf_counter() - begun) * 1_000)
    own = (process_time() - worked) * 1_000 / len(crowd)
    say(f"{name:44} p50 {percentile(spent, 0.5):6.1f} ms (own CPU {own:5.1f})  p95 {percentile(spent, 0.95):6.1f}")


async def measure(built: House, orgs: Orgs) -> None:
    """One line a question."""
    async with desk(built, orgs, admin=True) as alice:
        for name, asked in LISTS.items():
            visit = await alice.ask(f"/api/catalog/offers?{asked}", PROGRAM, ROUNDS)
            say(f"{visit.line(name)}  {'reached' if visit.p95 <= LIST_REACH else 'MISSED'}")
        for question in QUESTIONS:
            visit = await alice.ask(f"/api/catalog/offers?q={quote(question)}", PROGRAM, ROUNDS)
            say(f"{visit.line(f'search {question!r}')}  {'reached' if visit.p95 <= SEARCH_REACH else 'MISSED'}")
        path = "/api/catalog/offers?limit=200"
        for _ in range(100):
            following = (await alice.client.get(path, headers=PROGRAM)).json()["next_cursor"]
            path = f"/api/catalog/offers?limit=200&cursor={following}" if following else path
        say((await alice.ask(path, PROGRAM, ROUNDS)).line("the hundredth page"))
        say((await alice.ask("/healthz", PROGRAM, ROUNDS)).line("limit: a door that asks nothing"))
        begun = perf_counter()
        answer = await alice.client.get("/api/catalog/offers.csv?technology=tech-5", headers=PROGRAM)
        say(f"CSV of one technology: {answer.text.count(chr(10)) - 1:,} rows in {perf_counter() - begun:.1f} s")


async def count(built: House, org: UUID) -> None:
    """The clock's count, and the figures that people ask for."""
    begun = perf_counter()
    async with built.works.open(org, MACHINE) as work:
        rows = await tally(work)
    say(f"counting anew, every five minutes: {(perf_counter() - begun) * 1_000:.0f} ms, {rows} rows")
    spent: list[float] = []
    for _ in range(ROUNDS):
        async with built.works.open(org, MACHINE, reads=True) as work:
            begun = perf_counter()
            await figures(work.db, work.now, 72)
            spent.append((perf_counter() - begun) * 1_000)
    reached = "reached" if percentile(spent, 0.95) <= FIGURES_REACH else "MISSED"
    say(f"{'figures':44} p50 {percentile(spent, 0.5):6.1f} ms  p95 {percentile(spent, 0.95):6.1f}  {reached}")


def plans(dsn: str, org: UUID) -> None:
    """How each statement of the search function walks, as the app's role asks it."""
    with psycopg.connect(dsn) as connection:
        connection.execute("load 'auto_explain'")
        connection.execute("set auto_explain.log_min_duration = 0")
        connection.execute("set auto_explain.log_analyze = on")
        connection.execute("set auto_explain.log_nested_statements = on")
        connection.execute("set client_min_messages = log")
        connection.add_notice_handler(lambda notice: say(notice.message_primary or ""))
        connection.execute("set role waypost_app")
        connection.execute(f"set app.current_org_id = '{org}'")
        for question, marks in (("", ""), ("w20", "'=standing'"), ("", "'=technologies:tech-1001'")):
            say(f"-- {question!r} {marks}")
            asked = "select * from search_offers(%s, true, %s, null, true, 'PLN', null, null, null, 51)"
            connection.execute(asked, (question, marks)).fetchall()


async def all_of_it(built: House, orgs: Orgs, batches: int) -> None:
    """Everything that is measured."""
    await measure(built, orgs)
    await count(built, orgs.acme)
    await take_in(built, orgs.acme, batches)
    await built.close()


def main() -> None:
    """Fill and measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--offers", type=int, default=1_000_000)
    asked.add_argument("--batches", type=int, default=40)
    asked.add_argument("--plans", action="store_true")
    wanted = asked.parse_args()
    orgs = Orgs(new_id(), new_id())
    say(machine())
    with house() as built:
        assert built.database.admin is not None
        dsn = plain(built.database.admin)
        begun = perf_counter()
        with indexed_afterwards(dsn):
            for org, offers in ((orgs.acme, wanted.offers), (orgs.globex, wanted.offers // 10)):
                fill(dsn, org, offers)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("vacuum analyze job_offers, job_offer_texts")
        say(f"{wanted.offers:,} offers, and a tenth of another organisation ({perf_counter() - begun:.0f} s to fill)")
        if wanted.plans:
            plans(dsn, orgs.acme)
        else:
            asyncio.run(all_of_it(built, orgs, wanted.batches))


if __name__ == "__main__":
    main()
