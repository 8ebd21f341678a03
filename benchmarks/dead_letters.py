"""The dead-letter page of an organisation with a million dead jobs: list, group, next page, one job, freezing all.

    python -m benchmarks.dead_letters [--dead 1000000]

Two organisations; the other one has a tenth. Reach: p95 of the page 300 ms. Beside it the limit: a door that asks
nothing. Rows are written straight into the tables; their groups are counted by the product's own recount.
"""

import argparse
import asyncio
from time import perf_counter
from uuid import UUID

import psycopg

from benchmarks.measures.visits import BROWSER, PROGRAM, Desk, desk
from benchmarks.stage import house, machine, say
from tests.conftest import Orgs
from waypost.database import plain
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs import queries
from waypost.platform.jobs.groups import recount

ROUNDS, GROUPS, REACH = 40, 120, 300.0
FILL = """
insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays, last_error,
  fingerprint, thing_id, payload, created_at, updated_at)
select %(org)s, gen_random_uuid(), 'kind_' || n %% 12, 'mail', 'dead', 0, at, 25, 25, 0,
  'ConnectionError: the far side ' || n %% %(groups)s || ' does not answer', lpad(to_hex(n %% %(groups)s), 16, '0'),
  gen_random_uuid(), jsonb_build_object('occurrence_id', gen_random_uuid()), at, at
from generate_series(1, %(dead)s) n, lateral (select now() - n * interval '0.08 s' as at) moment
"""


def fill(dsn: str, org: UUID, dead: int) -> None:
    """So many dead letters of the last hours, of a hundred and twenty causes."""
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(FILL, {"org": org, "dead": dead, "groups": GROUPS})
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze jobs")


async def count(house: House, org: UUID) -> float:
    """Seconds that the hourly recount takes."""
    begun = perf_counter()
    async with house.works.open(org, MACHINE) as work:
        await recount(work)
    return perf_counter() - begun


async def paths(house: House, org: UUID) -> dict[str, str]:
    """The pages that people open, by name."""
    async with house.works.open(org, MACHINE, reads=True) as work:
        group = (await queries.dead_alike(work.db, 1))[0]
        (job,) = await queries.dead_newest(work.db, 1)
    alike = f"/ops/jobs?alike={group.fingerprint}&type={group.type}"
    return {
        "page /ops/jobs": "/ops/jobs",
        "page of one group": alike,
        "page of one job": f"/ops/jobs/{job.id}",
        "page /ops": "/ops",
    }


async def measure(built: House, orgs: Orgs, dead: int) -> None:
    """One line a page, then the acts."""
    for org in (orgs.acme, orgs.globex):
        say(f"recount: {await count(built, org):.1f} s")
    async with desk(built, orgs, admin=True) as alice:
        for name, path in (await paths(built, orgs.acme)).items():
            visit = await alice.ask(path, BROWSER, ROUNDS)
            say(f"{visit.line(name)}  {'reached' if visit.p95 <= REACH else 'MISSED'}")
        say((await alice.ask("/ops/jobs/dlq?limit=200", PROGRAM, ROUNDS)).line("json /ops/jobs/dlq"))
        say((await alice.ask(await deep(alice), PROGRAM, ROUNDS)).line("json, the fiftieth page"))
        say((await alice.ask("/healthz", PROGRAM, ROUNDS)).line("limit: a door that asks nothing"))
        begun = perf_counter()
        frozen = (await alice.client.post("/ops/jobs/selections", json={}, headers=PROGRAM)).json()
        say(f"freezing all: {frozen['count']:,} counted in {perf_counter() - begun:.2f} s")
        assert frozen["count"] == dead
    await built.close()


async def deep(alice: Desk) -> str:
    """The address of a page far back."""
    path = "/ops/jobs/dlq?limit=200"
    for _ in range(50):
        page = (await alice.client.get(path, headers=PROGRAM)).json()
        path = f"/ops/jobs/dlq?limit=200&cursor={page['next_cursor']}"
    return path


def main() -> None:
    """Fill, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--dead", type=int, default=1_000_000)
    dead = asked.parse_args().dead
    say(f"{dead:,} dead letters; {machine()}")
    orgs = Orgs(new_id(), new_id())
    with house() as built:
        assert built.database.admin is not None
        begun = perf_counter()
        for org, many in ((orgs.acme, dead), (orgs.globex, dead // 10)):
            fill(plain(built.database.admin), org, many)
        say(f"filled in {perf_counter() - begun:.0f} s")
        asyncio.run(measure(built, orgs, dead))


if __name__ == "__main__":
    main()
