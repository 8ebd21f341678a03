"""The documented figures with a million offers, 200,000 runs and a million events, in windows of 1 to 168 hours.

    python -m benchmarks.ops_metrics [--offers 1000000] [--runs 200000] [--events 1000000] [--plans]

Two organisations; the other one has a tenth. Reach: p95 100 ms. Beside it the limit: a door that asks nothing. Rows are
written straight into the tables, 30 days of them; hours are then counted as the clock does. `--plans` prints how the
app's own role walks.
"""

import argparse
import asyncio
from datetime import timedelta
from time import perf_counter
from uuid import UUID

import psycopg
from sqlalchemy import text

from benchmarks.measures.visits import PROGRAM, desk
from benchmarks.offers import FILL as OFFERS
from benchmarks.stage import house, machine, say
from tests.conftest import Orgs
from waypost.database import plain
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.sourcing.offers.tallying import tally
from waypost.sourcing.watching.figures.actions import count_hours
from waypost.sourcing.watching.figures.queries import SUMMED, counted_until, hour_of

ROUNDS, REACH = 60, 100.0
WINDOWS = (1, 24, 72, 168)
RUNS = """
insert into job_source_runs (org_id, id, source_slug, filters, wanted, relax, force_refresh, intent_fingerprint,
  trace_id, listing_given, origin, mode, status, scraped_count, diagnostics, progress, retry_count, lease_token,
  started_at, last_heartbeat_at,
  last_signal_at, closed_by_watchdog, replayed, completed_at, finalized_at, created_at)
select %(org)s, gen_random_uuid(), 'board-' || n %% 5, '{}', 20, false, false, md5(n::text), gen_random_uuid(),
  false, case when n %% 7 = 0 then 'reuse' else 'fresh' end, 'manual', case when n <= 4 then 'RUNNING'
  when n %% 12 = 0 then 'FAILED' else 'COMPLETED' end, 10, '{}', '{}', 0, 1, at, at, at, n %% 40 = 0, n %% 90 = 0,
  case when n > 4 then at + interval '2 min' end, case when n > 4 then at + interval '2 min' end, at
from generate_series(1, %(runs)s) n, lateral (select now() - n * (interval '30 days' / %(runs)s) as at) moment
"""
EVENTS = """
insert into job_source_callback_events (org_id, id, source_run_id, event_id, kind, status, state, attempt_no,
  payload_hash, payload, answer, repeats, received_at, applied_at, created_at)
select org_id, gen_random_uuid(), id, k::text, case when k = 1 then 'complete' else 'ingest' end,
  case when k > 1 then 'INGEST' when status = 'FAILED' then 'FAILED' else 'COMPLETED' end, 'applied', 1 + k %% 2,
  md5(k::text), case when k = 1 and status = 'FAILED'
  then '{"failureType": "timeout", "failureCode": "SCRAPE_LISTING_TIMEOUT"}'
  else '{}' end::jsonb, '{}', 0, created_at, created_at, created_at
from job_source_runs, generate_series(1, %(each)s) k where org_id = %(org)s
"""


def fill(dsn: str, org: UUID, offers: int, runs: int, events: int) -> None:
    """Thirty days of an organisation."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(OFFERS, {"org": org, "offers": offers})
        connection.execute(RUNS, {"org": org, "runs": runs})
        connection.execute(EVENTS, {"org": org, "each": max(1, events // runs)})
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze job_offers, job_source_runs, job_source_callback_events")


async def count(built: House, orgs: Orgs) -> None:
    """Until the clock has caught up, and once more: what a usual minute costs."""
    for org in (orgs.acme, orgs.globex):
        behind = True
        while behind:
            async with built.works.open(org, MACHINE) as work:
                await count_hours(work)
                until = await counted_until(work.db)
                behind = until is None or until < work.now - timedelta(minutes=1)
    begun = perf_counter()
    async with built.works.open(orgs.acme, MACHINE) as work:
        await count_hours(work)
    say(f"counting, a usual minute: {(perf_counter() - begun) * 1_000:.0f} ms")
    async with built.works.open(orgs.acme, MACHINE) as work:
        await tally(work)


async def measure(built: House, orgs: Orgs) -> None:
    """One line a window."""
    await count(built, orgs)
    async with desk(built, orgs, admin=True) as alice:
        for hours in WINDOWS:
            visit = await alice.ask(f"/ops/metrics?windowHours={hours}", PROGRAM, ROUNDS)
            say(f"{visit.line(f'/ops/metrics, {hours} h')}  {'reached' if visit.p95 <= REACH else 'MISSED'}")
        say((await alice.ask("/api/ops/slo", PROGRAM, ROUNDS)).line("/api/ops/slo, 30 days"))
        say((await alice.ask("/api/ops/alerts", PROGRAM, ROUNDS)).line("/api/ops/alerts"))
        say((await alice.ask("/healthz", PROGRAM, ROUNDS)).line("limit: a door that asks nothing"))
    await built.close()


async def plans(built: House, orgs: Orgs) -> None:
    """How the app's own role walks, under row security."""
    await count(built, orgs)
    async with built.works.open(orgs.acme, MACHINE, reads=True) as work:
        since, fresh = work.now - timedelta(hours=72), hour_of(work.now) - timedelta(hours=1)
        given = {"since": since, "first": hour_of(since) + timedelta(hours=1), "fresh": fresh, "until": work.now}
        for (line,) in await work.db.execute(text(f"explain (analyze, buffers) {SUMMED.text}"), given):
            say(f"   {line}")


def main() -> None:
    """Fill and measure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--offers", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=200_000)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--plans", action="store_true")
    wanted = asked.parse_args()
    orgs = Orgs(new_id(), new_id())
    say(machine())
    with house() as built:
        assert built.database.admin is not None
        for org, part in ((orgs.acme, 1), (orgs.globex, 10)):
            dsn = plain(built.database.admin)
            fill(dsn, org, wanted.offers // part, wanted.runs // part, wanted.events // part)
        say(f"{wanted.offers:,} offers, {wanted.runs:,} runs, {wanted.events:,} events")
        asyncio.run(plans(built, orgs) if wanted.plans else measure(built, orgs))


if __name__ == "__main__":
    main()
