"""From a fact to a job that is done: written with the fact, tried, judged, completed together with its effects."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import Orgs
from tests.platform.jobs.queueing import Hand, MakeRunner, Queue, Told, nothing
from waypost.platform import jobs
from waypost.platform.access import MACHINE
from waypost.platform.errors import Conflict, Unavailable
from waypost.platform.jobs.lease import reap
from waypost.platform.jobs.outcome import pause_after
from waypost.platform.work import Works

pytestmark = pytest.mark.anyio


async def test_a_job_is_written_in_the_transaction_that_told_its_fact(queue: Queue, works: Works, orgs: Orgs) -> None:
    jobs.on(Told, type="noop")(nothing)
    with pytest.raises(ZeroDivisionError):
        async with works.open(orgs.acme, MACHINE) as work:
            work.tell(Told())
            raise ZeroDivisionError
    assert await queue.rows() == []
    await queue.tell(Told())
    assert await queue.statuses() == ["queued"]


async def test_a_job_sees_only_its_organisation(queue: Queue, make_runner: MakeRunner, orgs: Orgs) -> None:
    seen = []

    @jobs.on(Told, type="look")
    async def look(run: jobs.Run, fact: Told) -> None:
        async with run.work() as work:
            seen.append((run.org, (await work.db.execute(text("select count(*) from jobs"))).scalar_one()))

    await queue.tell(Told(), Told())
    await queue.tell(Told(), org=orgs.globex)
    assert await make_runner().work_off() == 3
    assert sorted(seen) == sorted([(orgs.acme, 2), (orgs.acme, 2), (orgs.globex, 1)])
    assert await queue.statuses() == ["succeeded"] * 3


async def test_the_attempt_is_counted_before_the_work_starts(queue: Queue, make_runner: MakeRunner) -> None:
    seen = []

    @jobs.on(Told, type="look")
    async def look(run: jobs.Run, fact: Told) -> None:
        seen.extend(await queue.rows("status, attempts"))

    await queue.tell(Told())
    await make_runner().work_off()
    assert seen == [("running", 1)]


async def test_a_job_whose_id_tells_no_time_runs_like_any_other(
    queue: Queue, make_runner: MakeRunner, engine: AsyncEngine
) -> None:
    jobs.on(Told, type="noop")(nothing)
    await queue.tell(Told(), Told())
    strange = ["ffffffff-ffff-4fff-bfff-ffffffffffff", "ffffffff-ffff-7fff-bfff-ffffffffffff"]
    async with engine.connect() as connection:
        for row, other in zip(await queue.rows("id"), strange, strict=True):
            await connection.exec_driver_sql("update jobs set id = %s where id = %s", (other, row[0]))
    assert await make_runner().work_off() == 2
    assert await queue.statuses() == ["succeeded"] * 2


async def test_what_breaks_around_an_attempt_costs_the_attempt_and_no_more(
    queue: Queue, make_runner: MakeRunner, clock: Hand, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.on(Told, type="noop")(nothing)
    await queue.tell(Told())
    runner = make_runner()
    with monkeypatch.context() as broken:
        broken.setattr("waypost.platform.jobs.runner.following", lambda _unit, _now: 1 / 0)
        await runner.work_off()
    assert await queue.rows("status, attempts") == [("running", 1)]
    clock.forward(seconds=61)
    assert await reap(engine, clock(), random.Random(1)) == 1
    assert await runner.work_off() == 1
    assert await queue.rows("status, attempts") == [("succeeded", 2)]


async def test_effects_and_completion_stand_together(queue: Queue, make_runner: MakeRunner, clock: Hand) -> None:
    jobs.on(Told, type="second", queue="other", one_per="n")(nothing)

    @jobs.on(Told, type="first", key="key")
    async def first(run: jobs.Run, fact: Told) -> None:
        async with run.finishing() as work:
            work.tell(Told(fact.n + 100))
            if run.attempt == 1:
                raise OSError("after the effect")

    await queue.tell(Told(1))
    runner = make_runner(queues=("default",))
    await runner.work_off()
    assert await queue.rows("type, status", "payload->>'n' = '101'") == []
    clock.forward(seconds=3)
    await make_runner(queues=("default",)).work_off()
    first_and_second = await queue.rows("type, status", "payload->>'n' in ('1', '101') and type = 'second'")
    assert first_and_second == [("second", "queued"), ("second", "queued")]
    assert [tuple(row) for row in await queue.rows("status, attempts", "type = 'first' and payload->>'n' = '1'")] == [
        ("succeeded", 2)
    ]


async def test_a_database_error_in_a_job_hides_nothing(queue: Queue, make_runner: MakeRunner, clock: Hand) -> None:
    @jobs.on(Told, type="broken")
    async def broken(run: jobs.Run, fact: Told) -> None:
        async with run.finishing() as work:
            await work.db.execute(text("select 1 / 0"))

    await queue.tell(Told(), Told())
    await make_runner().work_off()
    assert await queue.rows("status, attempts, last_error") == [
        ("queued", 1, "DivisionByZero (SQLSTATE 22012)"),
        ("queued", 1, "DivisionByZero (SQLSTATE 22012)"),
    ]


async def test_poisoned_input_ends_dead(queue: Queue, make_runner: MakeRunner, clock: Hand) -> None:
    @jobs.on(Told, type="poison", attempts=3)
    async def poison(run: jobs.Run, fact: Told) -> None:
        raise ValueError("no 'alice@example.org' among 12 people")

    await queue.tell(Told())
    runner = make_runner()
    for _ in range(5):
        await runner.work_off()
        clock.forward(hours=1)
    assert await queue.rows("status, attempts, last_error") == [("dead", 3, "ValueError: no … among <n> people")]


async def test_a_payload_nobody_can_read_is_dead_at_once(queue: Queue, make_runner: MakeRunner) -> None:
    jobs.on(Told, type="strict")(nothing)
    await queue.tell(Told())
    async with queue.engine.connect() as connection:
        await connection.exec_driver_sql("""update jobs set payload = '{"n": "no number"}'""")
    await make_runner().work_off()
    assert await queue.statuses() == ["dead"]


async def test_refusals_choose_between_again_and_stop(queue: Queue, make_runner: MakeRunner, clock: Hand) -> None:
    class FarSideDown(Unavailable):
        """The far side does not answer."""

    class AlreadySent(Conflict):
        """This was sent before."""

    @jobs.on(Told, type="refused")
    async def refused(run: jobs.Run, fact: Told) -> None:
        raise FarSideDown("secret detail", retry_after=timedelta(minutes=7)) if fact.n else AlreadySent("secret detail")

    await queue.tell(Told(0), Told(1))
    await make_runner().work_off()
    stopped, again = await queue.rows("status, attempts, last_error, run_at")
    assert stopped[:3] == ("dead", 1, "AlreadySent: This was sent before")
    assert again == ("queued", 1, "FarSideDown: The far side does not answer", clock() + timedelta(minutes=7))


async def test_later_costs_no_attempt_and_forgets_failures(queue: Queue, make_runner: MakeRunner, clock: Hand) -> None:
    bad_days = [OSError("once")]

    @jobs.on(Told, type="patient")
    async def patient(run: jobs.Run, fact: Told) -> None:
        raise bad_days.pop() if bad_days else jobs.Later(timedelta(seconds=30))

    await queue.tell(Told())
    await make_runner().work_off()
    assert await queue.rows("attempts, last_error") == [(1, "OSError: once")]
    clock.forward(seconds=5)
    await make_runner().work_off()
    assert await queue.rows("status, attempts, last_error, run_at") == [
        ("queued", 0, None, clock() + timedelta(seconds=30))
    ]


async def test_a_lost_lease_rolls_the_finishing_work_back(queue: Queue, make_runner: MakeRunner) -> None:
    jobs.on(Told, type="effect", queue="other", one_per="n")(nothing)

    @jobs.on(Told, type="slow")
    async def slow(run: jobs.Run, fact: Told) -> None:
        async with queue.engine.connect() as connection:
            await connection.exec_driver_sql("update jobs set lease_token = gen_random_uuid() where status = 'running'")
        async with run.finishing() as work:
            work.tell(Told(2))

    await queue.tell(Told(1))
    await make_runner(queues=("default",)).work_off()
    assert await queue.rows("type, status", "payload->>'n' = '2'") == []
    assert await queue.rows("status", "type = 'slow'") == [("running",)]


async def test_a_poisoned_item_in_a_batch_fails_alone(queue: Queue, make_runner: MakeRunner) -> None:
    @jobs.on(Told, type="crowd", batch=16)
    async def crowd(run: jobs.Run, facts: list[Told]) -> None:
        async with run.finishing() as work:
            for fact in facts:
                await work.db.execute(text("select 1 / (:n - 7)"), {"n": fact.n})

    await queue.tell(*(Told(n) for n in range(16)))
    await make_runner().work_off()
    assert await queue.statuses() == ["succeeded"] * 7 + ["queued"] + ["succeeded"] * 8


async def test_a_type_of_a_newer_version_waits_for_it(queue: Queue, make_runner: MakeRunner) -> None:
    jobs.on(Told, type="of_tomorrow")(nothing)
    await queue.tell(Told())
    jobs.declared().clear()
    await make_runner(queues=("default",)).work_off()
    assert await queue.rows("status, last_error") == [
        ("queued", "NotDeclaredHere: This version does not know this type of job")
    ]


def test_twenty_five_attempts_span_more_than_twelve_hours() -> None:
    for seed in range(50):
        chance = random.Random(seed)
        pauses = [pause_after(attempt, chance) for attempt in range(1, 25)]
        assert sum(pauses, timedelta()) > timedelta(hours=12)
        assert max(pauses) <= timedelta(hours=1)
