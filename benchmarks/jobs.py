"""What a job costs: CPU per no-op job against the barest loop, the wait behind a crowd, and the start when idle.

    python benchmarks/jobs.py [--jobs 10000]

Starts its own durable server in a temporary folder. CPU is that of this process plus PostgreSQL's, from the kernel's
counters. The bare loop knows no organisations, keys, leases, retries or metrics; both run in the same minute on the
same server, so read the ratio.
"""

import argparse
import asyncio
import logging
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from uuid import UUID

import psycopg
import uvloop

from waypost.platform import jobs
from waypost.platform.access import MACHINE
from waypost.platform.db import Shards, connect
from waypost.platform.facts import Fact
from waypost.platform.ids import new_id
from waypost.platform.jobs import pokes
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.pokes import send_through
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.observe import logs
from waypost.platform.postgres.server import Server, serve
from waypost.platform.schema.build import statements
from waypost.platform.signals import JOBS, Signals
from waypost.platform.work import Works
from waypost.tables import everything

ORGS = 50
PASSWORD = "for-the-benchmark-only"
BARE_BATCH = 100
BARE_TABLE = """
create table bare (id uuid primary key, org_id uuid not null, type text not null, status text not null,
  run_at timestamptz not null, attempts int not null, payload jsonb not null) with (fillfactor = 80)
"""
BARE_FILL = """
insert into bare select gen_random_uuid(), gen_random_uuid(), 'nothing', 'queued', now(), 0, '{"n": 1}'
from generate_series(1, %s)
"""
BARE_CLAIM = """
update bare set status = 'running', attempts = attempts + 1 where id in (
  select id from bare where status = 'queued' and run_at <= now() order by run_at, id limit %s for update skip locked
) returning id, org_id, type, attempts, payload
"""


@dataclass(frozen=True, slots=True)
class Nothing(Fact):
    """Asks for a job that does nothing."""

    n: int


@dataclass(slots=True)
class Bench:
    """The server and its addresses."""

    server: Server
    app: str
    worker: str
    owner: str

    def cpu(self) -> float:
        """Seconds of CPU that we and the server have used so far."""
        own = resource.getrusage(resource.RUSAGE_SELF)
        return own.ru_utime + own.ru_stime + _cpu_of_server(self.server)


def _cpu_of_server(server: Server) -> float:
    """The postmaster's children that live, and those that ended."""
    lines = (server.folder.cluster / "postmaster.pid").read_text().splitlines()
    parent = lines[0].strip()
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == parent:
            ticks += int(fields[11]) + int(fields[12])
        elif stat.parent.name == parent:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def prepare(folder: Path) -> Bench:
    """A server with the whole schema."""
    server = serve(folder)
    owner = server.admin_dsn()
    with psycopg.connect(_plain(owner), autocommit=True) as connection:
        for statement in statements(everything()):
            connection.execute(statement.encode())
        for role in ("waypost_app", "waypost_worker"):
            connection.execute(f"alter role {role} login password '{PASSWORD}'".encode())
        connection.execute(BARE_TABLE)
        connection.execute("create index bare_ready on bare (run_at, id) where status = 'queued'")
    return Bench(server, server.dsn("waypost_app", PASSWORD), server.dsn("waypost_worker", PASSWORD), owner)


async def bare(bench: Bench, count: int) -> tuple[float, float]:
    """The yardstick: claim a hundred, run each in a task, mark them done; CPU ms and wall ms per job."""
    async with await psycopg.AsyncConnection.connect(_plain(bench.owner), autocommit=True) as connection:
        await connection.execute("truncate bare")
        await connection.execute(BARE_FILL, (count,))
        cpu, begun, done = bench.cpu(), perf_counter(), 0
        while done < count:
            rows = await (await connection.execute(BARE_CLAIM, (BARE_BATCH,))).fetchall()
            await asyncio.gather(*(asyncio.create_task(_bare_handler(row[-1])) for row in rows))
            ids = [row[0] for row in rows]
            await connection.execute("update bare set status = 'succeeded' where id = any(%s)", (ids,))
            done += len(rows)
        return (bench.cpu() - cpu) / count * 1000, (perf_counter() - begun) / count * 1000


async def _bare_handler(_payload: object) -> None:
    return None


async def ours(bench: Bench, works: Works, count: int) -> tuple[float, float]:
    """The same jobs through the engine, over fifty organisations."""
    left, finished = count, asyncio.Event()

    @jobs.on(Nothing, type="nothing")
    async def nothing(run: jobs.Run, fact: Nothing) -> None:
        nonlocal left
        left -= 1
        if not left:
            finished.set()

    fill(bench, [new_id() for _ in range(ORGS)], count // ORGS)
    async with worker(bench, works):
        cpu, begun = bench.cpu(), perf_counter()
        await finished.wait()
        result = (bench.cpu() - cpu) / count * 1000, (perf_counter() - begun) / count * 1000
    jobs.declared().clear()
    return result


async def behind(bench: Bench, works: Works, crowd: int) -> float:
    """Seconds until the one job of a second organisation starts behind a crowd of jobs of 10 ms each."""
    started = asyncio.Event()
    small = new_id()

    @jobs.on(Nothing, type="nothing")
    async def nothing(run: jobs.Run, fact: Nothing) -> None:
        if run.org == small:
            started.set()
        await asyncio.sleep(0.01)

    fill(bench, [new_id()], crowd)
    async with worker(bench, works):
        await asyncio.sleep(1)
        begun = perf_counter()
        await tell(works, small)
        await started.wait()
        waited = perf_counter() - begun
    jobs.declared().clear()
    return waited


async def idle(bench: Bench, works: Works, count: int, *, far: bool) -> list[float]:
    """Milliseconds from the call that tells a fact to the start of its handler, nothing else going on.

    `far`: the worker hears of it as if the fact were told in another process, by NOTIFY only.
    """
    started = asyncio.Event()
    org, took = new_id(), []

    @jobs.on(Nothing, type="nothing")
    async def nothing(run: jobs.Run, fact: Nothing) -> None:
        started.set()

    async with worker(bench, works, far=far):
        for _ in range(count):
            started.clear()
            begun = perf_counter()
            await tell(works, org)
            await started.wait()
            took.append((perf_counter() - begun) * 1000)
            await asyncio.sleep(0.03)
    jobs.declared().clear()
    return sorted(took[5:])


async def tell(works: Works, org: UUID) -> None:
    """One fact in a transaction of its own."""
    async with works.open(org, MACHINE) as work:
        work.tell(Nothing(1))


@asynccontextmanager
async def worker(bench: Bench, works: Works, *, far: bool = False) -> AsyncIterator[None]:
    """A worker with pokes, as in production; `far` takes away its short way to works of the same process."""
    signals, engine = Signals(bench.worker, hears=(JOBS,)), queue_engine(bench.worker)
    runner = Runner(engine, bench.worker, works, plan=Plan(keep=timedelta(days=14)))
    send_through(signals)
    await signals.start()
    unhear = runner.hear(signals)
    await runner.start()
    if far:
        pokes._near.clear()
    try:
        yield
    finally:
        pokes.near(runner.wake)
        await runner.stop()
        unhear()
        send_through(None)
        await signals.stop()
        await engine.dispose()


def fill(bench: Bench, orgs: list[UUID], each: int) -> None:
    """An empty queue, then `each` jobs for every organisation."""
    with psycopg.connect(_plain(bench.owner), autocommit=True) as connection:
        connection.execute("truncate jobs cascade")
        connection.execute(
            """insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays,
                 payload, created_at, updated_at)
               select org, gen_random_uuid(), 'nothing', 'default', 'queued', 0, now(), 0, 25, 0, '{"n": 1}', now(),
                 now()
               from unnest(%s::uuid[]) org, generate_series(1, %s)""",
            (orgs, each),
        )


def _nowhere() -> logging.Handler:
    """The house's formatting, written to nowhere."""
    handler = logging.FileHandler(os.devnull, encoding="utf-8")
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    return handler


def say(line: str) -> None:
    """One figure."""
    sys.stdout.write(line + "\n")


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


async def measure(bench: Bench, count: int) -> None:
    """All figures, printed."""
    shards = Shards(connect(bench.app))
    works = Works(shards, settle)
    for round_ in range(3):
        plain, whole = await bare(bench, count), await ours(bench, works, count)
        say(
            f"round {round_ + 1}: bare loop {plain[0]:.3f} ms CPU a job ({1000 / plain[1]:.0f}/s), "
            f"engine {whole[0]:.3f} ms ({1000 / whole[1]:.0f}/s), ratio {whole[0] / plain[0]:.2f}"
        )
    logs.configure("info", "json")
    logging.getLogger().handlers = [_nowhere()]
    said = await ours(bench, works, count)
    say(f"the same with the house's log line for each job: {said[0]:.3f} ms ({1000 / said[1]:.0f}/s)")
    logs.configure("warning", "json")
    say(f"second organisation behind 6000 jobs: {await behind(bench, works, 6000) * 1000:.0f} ms")
    for far, where in ((False, "same process"), (True, "by NOTIFY")):
        took = await idle(bench, works, 300, far=far)
        p99 = took[int(len(took) * 0.99)]
        say(f"start when idle, {where}: p50 {statistics.median(took):.1f} ms, p99 {p99:.1f} ms")
    await shards.close()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--jobs", type=int, default=10_000)
    count = parser.parse_args().jobs
    with tempfile.TemporaryDirectory() as folder:
        logs.configure("warning", "json")
        bench = prepare(Path(folder) / "data")
        try:
            uvloop.run(measure(bench, count))
        finally:
            bench.server.release()
            bench.server.stopped()


if __name__ == "__main__":
    main()
