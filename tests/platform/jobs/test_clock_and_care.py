"""The clock, the pruning, the gauges, and what actions do to waiting jobs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from tests.conftest import Orgs
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told, nothing
from waypost.platform import jobs
from waypost.platform.access import MACHINE
from waypost.platform.jobs import queries
from waypost.platform.jobs.actions import bring_forward, enqueue
from waypost.platform.jobs.cause import cause_of
from waypost.platform.jobs.clock import adopt, next_tick, tick
from waypost.platform.jobs.declare import Job
from waypost.platform.jobs.gauges import sample
from waypost.platform.jobs.prune import prune
from waypost.platform.work import Works

pytestmark = pytest.mark.anyio


async def test_a_tick_makes_one_job_for_each_organisation(
    queue: Queue, make_runner: MakeRunner, orgs: Orgs, clock: Hand
) -> None:
    ran = []

    @jobs.every("*/5 * * * *", type="sweep")
    async def sweep(run: jobs.Run) -> None:
        ran.append(run.org)

    async def organisations() -> AsyncIterator[UUID]:
        for org in (orgs.acme, orgs.globex):
            yield org

    clock.at = datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
    await adopt(queue.engine, clock())
    assert await tick(queue.engine, clock(), organisations) == 0
    clock.forward(minutes=17)
    assert await tick(queue.engine, clock(), organisations) == 1
    assert await tick(queue.engine, clock(), organisations) == 0
    clock.forward(minutes=5)
    assert await tick(queue.engine, clock(), organisations) == 1
    assert await queue.statuses() == ["queued", "queued"]
    await make_runner().work_off()
    assert sorted(ran) == sorted([orgs.acme, orgs.globex])


def test_a_night_that_changes_its_clocks_has_every_tick_in_utc() -> None:
    night = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    assert next_tick("0 1 * * *", night) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


async def test_finished_jobs_leave_by_age_dead_ones_never(queue: Queue, clock: Hand) -> None:
    jobs.on(Told, type="work")(nothing)
    await queue.tell(*(Told(n) for n in range(6)))
    async with queue.engine.connect() as connection:
        await connection.exec_driver_sql("update jobs set status = 'succeeded' where payload->>'n' < '4'")
        await connection.exec_driver_sql("update jobs set status = 'dead' where payload->>'n' = '4'")
    assert await prune(queue.engine, clock(), timedelta(days=14)) == 0
    clock.forward(days=15)
    assert await prune(queue.engine, clock(), timedelta(days=14), at_once=3) == 4
    assert await queue.statuses() == ["dead", "queued"]


async def test_depth_and_age_are_seen_and_fall_to_zero(queue: Queue, make_runner: MakeRunner, clock: Hand) -> None:
    jobs.on(Told, type="work", queue="measured")(nothing)
    await queue.tell(Told())
    clock.forward(seconds=40)
    await sample(queue.engine, clock())
    assert REGISTRY.get_sample_value("waypost_jobs_ready", {"queue": "measured"}) == 1
    assert REGISTRY.get_sample_value("waypost_jobs_oldest_ready_age_seconds", {"queue": "measured"}) == 40
    await make_runner().work_off()
    await sample(queue.engine, clock())
    assert REGISTRY.get_sample_value("waypost_jobs_ready", {"queue": "measured"}) == 0


async def test_a_second_wish_brings_the_waiting_job_forward(
    works: Works, orgs: Orgs, queue: Queue, clock: Hand
) -> None:
    jobs.on(Told, type="sync", one_per="key")(nothing)
    async with works.open(orgs.acme, MACHINE) as work:
        first = await enqueue(work, Told(key="box"))
        assert await enqueue(work, Told(key="box")) is None
    clock.forward(minutes=-5)
    async with works.open(orgs.acme, MACHINE) as work:
        assert await bring_forward(work, "sync:box") == first
        assert await bring_forward(work, "sync:other") is None
        assert await queries.waiting_id(work.db, "sync:box") == first
    async with works.open(orgs.globex, MACHINE) as work:
        assert await bring_forward(work, "sync:box") is None
    assert await queue.rows("run_at") == [(clock(),)]


async def test_counts_are_those_of_the_organisation(works: Works, orgs: Orgs, queue: Queue, clock: Hand) -> None:
    jobs.on(Told, type="work")(nothing)
    await queue.tell(Told(), Told())
    await queue.tell(Told(), org=orgs.globex)
    async with works.open(orgs.acme, MACHINE, reads=True) as work:
        assert await queries.live_by_type(work.db) == {"queued": {"work": 2}, "running": {}}
        assert await queries.overview(work.db, clock()) == queries.Overview(2, 0, 0)


def test_causes_tell_no_values_and_group_by_place() -> None:
    def fail(message: str) -> BaseException:
        try:
            raise LookupError(message)
        except LookupError as error:
            return error

    first = cause_of(fail("no mail 17 of alice@example.org at https://x.example/a?t=1\nsecond line"), __name__)
    second = cause_of(fail("no mail 9999 of bob@example.org at https://y.example/"), __name__)
    assert first.error == "LookupError: no mail <n> of <address> at <url>"
    assert first.fingerprint == second.fingerprint
    assert first.frame is not None and first.frame.startswith(f"{__name__}:fail:")
    assert cause_of(fail("nul \x00 byte"), __name__).error == "LookupError: nul   byte"


def test_jobs_that_wait_for_each_other_cannot_come_in_batches() -> None:
    with pytest.raises(ValueError, match="batches"):
        Job("x", Told, nothing, key="key", batch=2)
    jobs.on(Told, type="twice")(nothing)
    with pytest.raises(ValueError, match="two jobs are called twice"):
        jobs.every("* * * * *", type="twice")(test_a_night_that_changes_its_clocks_has_every_tick_in_utc)
