"""Workers among each other: leases, fairness, order of keys, pauses, stops, and sudden death."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.conftest import Orgs
from tests.database import Logins
from tests.platform.jobs import a_worker
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, StartRunner, Told, nothing
from waypost.console.operations.actions import pause_queue, resume_queue
from waypost.platform import jobs
from waypost.platform.access import MACHINE
from waypost.platform.jobs import claim
from waypost.platform.jobs.lease import Leases, reap

pytestmark = pytest.mark.anyio

PROVE = bool(os.environ.get("PROVE"))


async def eventually(check: Callable[[], Awaitable[bool]], seconds: float = 5.0) -> None:
    """Wait until `check()` holds."""
    until = time.monotonic() + seconds
    while not await check():
        assert time.monotonic() < until, "it never came true"
        await asyncio.sleep(0.01)


async def test_a_told_fact_is_worked_on_at_once(queue: Queue, started: StartRunner) -> None:
    done = asyncio.Event()

    @jobs.on(Told, type="quick")
    async def quick(run: jobs.Run, fact: Told) -> None:
        done.set()

    await started(poll=30)
    await asyncio.sleep(0.1)
    await queue.tell(Told())
    await asyncio.wait_for(done.wait(), 1)

    async def written() -> bool:
        return await queue.statuses() == ["succeeded"]

    await eventually(written)


async def test_jobs_of_one_key_run_one_after_another(queue: Queue, started: StartRunner) -> None:
    seen: dict[str, list[int]] = {"a": [], "b": []}
    busy: set[str] = set()

    @jobs.on(Told, type="keyed", key="key")
    async def keyed(run: jobs.Run, fact: Told) -> None:
        assert fact.key not in busy
        busy.add(fact.key)
        await asyncio.sleep(0.002)
        seen[fact.key].append(fact.n)
        busy.discard(fact.key)

    await queue.tell(*(Told(n, "ab"[n % 2]) for n in range(20)))
    for _ in range(3):
        await started(poll=0.005)

    async def all_done() -> bool:
        return await queue.statuses() == ["succeeded"] * 20

    await eventually(all_done)
    assert seen == {"a": list(range(0, 20, 2)), "b": list(range(1, 20, 2))}


async def test_a_crowd_waiting_for_one_key_hides_nothing(queue: Queue, make_runner: MakeRunner, orgs: Orgs) -> None:
    jobs.on(Told, type="keyed", key="key")(nothing)
    async with queue.works.open(orgs.acme, MACHINE) as work:
        for n in range(300):
            work.tell(Told(n, "crowded"))
        work.tell(Told(0, "alone"))
    async with queue.engine.connect() as connection:
        await connection.exec_driver_sql(
            "update jobs set status = 'running', lease_until = now() + interval '1 hour' where payload->>'n' = '0'"
            " and payload->>'key' = 'crowded'"
        )
    runner = make_runner()
    assert await runner.work_off() == 1
    assert await queue.rows("payload->>'key'", "status = 'succeeded'") == [("alone",)]


async def test_another_organisation_does_not_wait_behind_a_crowd(
    queue: Queue, started: StartRunner, orgs: Orgs, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    served = asyncio.Event()

    @jobs.on(Told, type="work")
    async def work(run: jobs.Run, fact: Told) -> None:
        if run.org == orgs.globex:
            served.set()
        await asyncio.sleep(0.005)

    await crowd(owner, orgs.acme, 100_000 if PROVE else 10_000)
    await started()
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    await queue.tell(Told(), org=orgs.globex)
    await asyncio.wait_for(served.wait(), 5)
    assert time.monotonic() - begun < 1


async def crowd(owner: "psycopg.AsyncConnection[tuple[object, ...]]", org: UUID, count: int) -> None:
    """So many ready jobs, without the ceremony."""
    await owner.execute(
        """insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays,
             payload, created_at, updated_at)
           select %s, gen_random_uuid(), 'work', 'default', 'queued', 0, now() - interval '1 minute', 0, 25, 0,
             '{}', now(), now() from generate_series(1, %s)""",
        (org, count),
    )


async def test_a_paused_queue_gives_nothing(queue: Queue, make_runner: MakeRunner, orgs: Orgs) -> None:
    jobs.on(Told, type="work")(nothing)
    await queue.tell(Told())
    async with queue.works.open(orgs.acme, MACHINE) as work:
        await pause_queue(work, "default")
    assert await make_runner(queues=("default",)).work_off() == 0
    async with queue.works.open(orgs.acme, MACHINE) as work:
        await resume_queue(work, "default")
    assert await make_runner(queues=("default",)).work_off() == 1


async def test_an_organisation_may_be_held_to_a_number_of_jobs(queue: Queue, make_runner: MakeRunner) -> None:
    jobs.on(Told, type="work")(nothing)
    await queue.tell(*(Told(n) for n in range(5)))
    async with queue.engine.connect() as connection:
        await connection.exec_driver_sql("insert into queue_controls values ('default', false, 2) on conflict (queue)"
                                         " do update set max_running_per_org = 2")  # fmt: skip
    lane = make_runner(queues=("default",))._lanes["default"]
    assert len(await lane.claims.take(100, queue.works.clock())) == 2
    assert await lane.claims.take(100, queue.works.clock()) == []


async def test_a_silent_worker_loses_its_job_a_living_one_keeps_it(
    queue: Queue, make_runner: MakeRunner, clock: Hand, logins: Logins
) -> None:
    jobs.on(Told, type="work", attempts=2)(nothing)
    await queue.tell(Told(1), Told(2))
    silent, living = [await make_runner()._lanes["default"].claims.take(1, clock()) for _ in range(2)]
    leases = Leases(logins.worker, timedelta(seconds=60), clock)
    leases.hold(living)
    clock.forward(seconds=50)
    with psycopg.connect(logins.worker.replace("+psycopg", ""), autocommit=True) as connection:
        leases.extend(connection)
    clock.forward(seconds=50)
    chance = make_runner()._attempts.chance
    assert await reap(queue.engine, clock(), chance) == 1
    assert await queue.rows("id, status, last_error") == [
        (silent[0].id, "queued", "lease expired"),
        (living[0].id, "running", None),
    ]
    await make_runner()._lanes["default"].claims.take(1, clock())
    clock.forward(hours=1)
    assert await reap(queue.engine, clock(), chance) == 2
    assert await queue.statuses() == ["dead", "queued"]


async def test_stopping_hands_back_what_was_not_started(queue: Queue, make_runner: MakeRunner) -> None:
    begun = asyncio.Event()

    @jobs.on(Told, type="slow")
    async def slow(run: jobs.Run, fact: Told) -> None:
        begun.set()
        await asyncio.sleep(60)

    await queue.tell(*(Told(n) for n in range(4)))
    runner = make_runner(concurrency=2, drain=0.05)
    runner._lanes["default"]._usual = 0.05
    await runner.start()
    await begun.wait()
    held = await queue.rows("id", "status = 'running'")
    await runner.stop()
    assert len(held) == 4
    assert sorted(await queue.rows("status, attempts, last_error")) == [
        ("queued", 0, None),
        ("queued", 0, None),
        ("queued", 1, "Interrupted"),
        ("queued", 1, "Interrupted"),
    ]


async def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    queue: Queue, logins: Logins, orgs: Orgs, tmp_path: Path, owner: "psycopg.AsyncConnection[tuple[object, ...]]"
) -> None:
    count = 1000 if PROVE else 100
    jobs.on(a_worker.Numbered, type=a_worker.TYPE, queue="kill")(nothing)
    async with queue.works.open(orgs.acme, MACHINE) as work:
        for n in range(count):
            work.tell(a_worker.Numbered(n))
    marks = tmp_path / "marks"

    async def a_fifth_started() -> bool:
        return len(marked(marks)) >= count // 5

    with a_process(logins, marks) as first:
        await eventually(a_fifth_started, 20)
        first.kill()
        first.wait()
    interrupted = await queue.rows("id", "status = 'running'")

    async def all_done() -> bool:
        return await queue.statuses() == ["succeeded"] * count

    with a_process(logins, marks):
        await eventually(all_done, 10 + count / 5)
    assert interrupted
    effects = await owner.execute("select count(*) from facts where org_id = %s and event = 'counted'", (orgs.acme,))
    assert await effects.fetchone() == (count,)
    assert set(marked(marks)) == set(range(count))
    assert await queue.rows("id", "attempts > 2") == []


def marked(marks: Path) -> list[int]:
    """The numbers of the jobs that have started."""
    return [int(line) for line in marks.read_text().split()] if marks.exists() else []


@contextmanager
def a_process(logins: Logins, marks: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process; asked to stop at the end, and expected to."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, a_worker.__file__, logins.worker, logins.app, str(marks)]
    with subprocess.Popen(command, env=environment) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                assert process.wait(10) == 0


async def test_what_was_claimed_before_an_error_is_worked_on(
    queue: Queue, make_runner: MakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.on(Told, type="work")(nothing)
    await queue.tell(Told(1))
    runner = make_runner(queues=("default",))
    monkeypatch.setattr(claim, "_hungry", lambda *_: {"no organisation": 5})
    taken = await runner._lanes["default"].claims.take(5, queue.works.clock())
    assert len(taken) == 1
