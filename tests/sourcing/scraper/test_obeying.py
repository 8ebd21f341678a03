"""What a task does when the API says stop, when its time is over, when it breaks (sourcing.md 2.6, 2.7, 2.9)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from os import getpid
from pathlib import Path
from socket import gethostname
from typing import Any, cast
from uuid import uuid4

import pytest

from tests.sourcing.scraper.delivering import Desk, desk
from tests.sourcing.scraper.far_side import Answer, Call, FarSide
from tests.sourcing.scraper.process import task as written
from waypost.sourcing.scraper.errand import MOST_STARTS
from waypost.sourcing.scraper.hands import ApiLeave
from waypost.sourcing.scraper.pulse import NOBODY, Pulse
from waypost.sourcing.scraper.runner import LEAST_FREE
from waypost.sourcing.scraper.store import NoRoom, requests, tasks
from waypost.sourcing.wire.report import HeartbeatAnswer, HostNews
from waypost.sourcing.wire.task import Task

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def working(folder: Path, far: FarSide, **named: object) -> AsyncIterator[Desk]:
    """A scraper in this process whose heart beats fast."""
    async with desk(folder, far, **named) as here:
        here.house.runner.interval = 0.05
        await here.house.open()
        yield here
        await here.house.close(0.2)


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        for _ in range(2_000):
            if holds():
                return
            await asyncio.sleep(0.005)


def task(run_id: str, script: dict[str, Any], **more: Any) -> Task:
    return Task.model_validate(written(run_id, script, **more))


def once_running(**said: Any) -> Callable[[Call], Answer | None]:
    """A heartbeat of a task that runs is answered so."""

    def reply(call: Call) -> Answer | None:
        if call.kind == "heartbeat" and call.body["phase"] == "detail_fetch":
            return 200, {}, {"ok": True, "status": "RUNNING", **said}
        return None

    return reply


async def test_a_cancelled_run_stops_and_says_so(far: FarSide, tmp_path: Path) -> None:
    run_id = str(uuid4())
    far.reply = once_running(cancelRequested=True)
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(run_id, {"offers": 500, "pause": 0.02}), "req")
        await until(lambda: far.ends(run_id))
    (end,) = far.of("complete")
    assert (end.body["status"], end.body["failureCode"]) == ("FAILED", "SCRAPE_CANCELLED")
    assert len(far.offers(run_id)) < 50


@pytest.mark.parametrize(
    "said", [{"leaseLost": True}, {"ignored": True, "status": "COMPLETED"}, {"ignored": True, "status": "CANCELLED"}]
)
async def test_a_run_that_is_not_ours_any_more_ends_in_silence(
    far: FarSide, tmp_path: Path, said: dict[str, Any]
) -> None:
    run_id = str(uuid4())
    far.reply = once_running(**said)
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(run_id, {"offers": 500, "pause": 0.02}), "req")
        await until(lambda: not here.house.runner._errands)
        assert await here.house.store.ask(tasks.counts) == {}
    assert not far.ends(run_id) and len(far.offers(run_id)) < 50


async def test_a_silent_task_still_lives_and_so_does_one_that_waits(far: FarSide, tmp_path: Path) -> None:
    """A crawl of minutes says nothing of itself: the timer does, from acceptance on (sourcing.md 2.7)."""
    slow, waiting, gate = str(uuid4()), str(uuid4()), tmp_path / "gate"
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(slow, {"offers": 1, "hold": str(gate)}), "req")
        await here.house.runner.take(task(waiting, {"offers": 1}), "req")
        await until(lambda: min(len(phases(far, run)) for run in (slow, waiting)) > 8)
        gate.touch()
        await until(lambda: far.ends(slow) and far.ends(waiting))
    assert {call.body["workerInstance"] for call in far.of("heartbeat")} == {f"{gethostname()[:100]}:{getpid()}"}
    assert phases(far, slow)[3:8] == ["listing_fetch"] * 5
    assert phases(far, waiting)[:8] == ["queued"] * 8


def phases(far: FarSide, run_id: str) -> list[str]:
    """What the heartbeats of a run said."""
    return [call.body["phase"] for call in far.of("heartbeat") if call.body["sourceRunId"] == run_id]


async def test_requests_that_no_heartbeat_told_of_are_told_at_the_end(far: FarSide, tmp_path: Path) -> None:
    run_id = str(uuid4())
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(run_id, {"offers": 1}), "req")
        await until(lambda: far.ends(run_id))
    assert far.of("complete")[0].body["hosts"] == [{"host": "board.example", "wanted": 0, "asked": 2}]


async def test_what_a_dead_process_asked_is_told_by_the_next_one(far: FarSide, tmp_path: Path) -> None:
    run_id = str(uuid4())
    async with desk(tmp_path, far) as here:
        _, row = await here.house.store.ask(
            lambda db: tasks.take_in(db, task(run_id, {"offers": 1}), "req", here.house.runner.room, 0)
        )
        assert row is not None
        for host in ("board.example", "board.example", "other.example"):
            await here.house.store.ask(lambda db, host=host: requests.note(db, row.id, host))  # type: ignore[misc]  # a default binds the loop's value
    async with working(tmp_path, far) as here:
        await until(lambda: far.ends(run_id))
        assert await here.house.store.ask(lambda db: requests.untold(db, row.id)) == {}
    told = {host["host"]: host["asked"] for host in far.of("complete")[0].body["hosts"]}
    assert told == {"board.example": 2 + 2, "other.example": 1}


async def test_what_is_over_still_tells_what_it_asked(far: FarSide, tmp_path: Path) -> None:
    run_id = str(uuid4())
    far.reply = once_running(leaseLost=True)
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(run_id, {"offers": 500, "pause": 0.02}), "req")
        await until(lambda: not here.house.runner._errands)
    assert [call.body["hosts"] for call in far.of("heartbeat") if call.body.get("hosts")][-1][0]["asked"] == 2


async def test_leave_that_was_asked_for_in_vain_is_counted_later() -> None:
    leave = ApiLeave(cast(Pulse, SilentPulse()))
    await leave.more(HostNews(host="a.example", wanted=3, asked=2))
    await leave.more(HostNews(host="b.example", wanted=3, asked=1))
    told = {news.host: news.asked for news in leave.left([HostNews(host="a.example", asked=4)])}
    assert told == {"a.example": 6, "b.example": 1}


class SilentPulse:
    """Of a scraper whose API is away."""

    async def send(self, **_said: object) -> HeartbeatAnswer:
        """Nobody answers."""
        return NOBODY


async def test_a_run_that_the_watchdog_closed_is_still_brought_to_its_end(far: FarSide, tmp_path: Path) -> None:
    run_id = str(uuid4())
    far.reply = once_running(ignored=True, status="FAILED")
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(run_id, {"offers": 3}), "req")
        await until(lambda: far.ends(run_id))
    assert far.of("complete")[0].body["status"] == "COMPLETED"


async def test_a_task_that_waits_is_dropped_when_its_run_is_cancelled(far: FarSide, tmp_path: Path) -> None:
    first, waiting = str(uuid4()), str(uuid4())

    def reply(call: Call) -> Answer | None:
        is_waiting = call.kind == "heartbeat" and call.body["sourceRunId"] == waiting
        return (200, {}, {"ok": True, "status": "CANCELLED", "ignored": True}) if is_waiting else None

    far.reply = reply
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(first, {"offers": 500, "pause": 0.02}), "req")
        await here.house.runner.take(task(waiting, {"offers": 1}), "req")
        await until(lambda: len(here.house.runner._errands) == 1)
    phases = {call.body["phase"] for call in far.of("heartbeat") if call.body["sourceRunId"] == waiting}
    assert phases == {"queued"} and not far.ends(waiting)


@pytest.mark.parametrize("asked", [None, 1_000])
async def test_a_task_gets_the_smaller_time_of_both(far: FarSide, tmp_path: Path, asked: int | None) -> None:
    run_id = str(uuid4())
    most = 1_000 if asked is None else 60_000
    async with working(tmp_path, far, WORKER_TASK_TIMEOUT_MS=most) as here:
        more = {} if asked is None else {"taskTimeoutMs": asked}
        await here.house.runner.take(task(run_id, {"offers": 5_000, "pause": 0.05}, **more), "req")
        await until(lambda: far.ends(run_id))
    (end,) = far.of("complete")
    told = [end.body["status"], end.body["failureType"], end.body["diagnostics"]["classifiedOutcome"]]
    assert told == ["FAILED", "timeout", "worker_timeout"]
    assert end.body["error"].startswith("[timeout] ")
    assert "WORKER_TASK_TIMED_OUT" in {line["code"] for line in end.body["events"]}


async def test_a_task_that_breaks_ends_as_failed_and_the_next_one_runs(far: FarSide, tmp_path: Path) -> None:
    broken, good = str(uuid4()), str(uuid4())
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(broken, {"offers": 1, "fail": True}), "req")
        await here.house.runner.take(task(good, {"offers": 1}), "req")
        await until(lambda: far.ends(good))
    ends = {call.body["sourceRunId"]: call.body for call in far.of("complete")}
    assert (ends[broken]["status"], ends[broken]["failureType"]) == ("FAILED", "unknown")
    assert "the script says so" not in ends[broken]["error"]
    assert ends[good]["status"] == "COMPLETED"


async def test_a_task_under_which_the_process_keeps_dying_is_given_up(far: FarSide, tmp_path: Path) -> None:
    run_id = str(uuid4())
    async with desk(tmp_path, far) as here:
        room, now = here.house.runner.room, here.clock().timestamp()
        _, row = await here.house.store.ask(lambda db: tasks.take_in(db, task(run_id, {}), "req", room, now))
        assert row is not None
        for _ in range(MOST_STARTS):
            await here.house.store.ask(lambda db: tasks.begin(db, row.id, now))
    async with working(tmp_path, far):
        await until(lambda: far.ends(run_id))
    assert far.of("complete")[0].body["failureCode"] == "SCRAPE_SCRAPER_DIED"


async def test_events_that_were_not_confirmed_come_with_the_next_heartbeat(far: FarSide, tmp_path: Path) -> None:
    run_id, refused = str(uuid4()), list[Call]()

    def reply(call: Call) -> Answer | None:
        if call.kind != "heartbeat" or not call.body.get("events") or len(refused) == 2:
            return None
        refused.append(call)
        return 503, {}, {}

    far.reply = reply
    async with working(tmp_path, far) as here:
        await here.house.runner.take(task(run_id, {"offers": 3, "pause": 0.1}), "req")
        await until(lambda: far.ends(run_id))
    lines = [line for call in far.taken for line in call.body.get("events", ())]
    assert sorted({line["seq"] for line in lines}) == list(range(1, max(line["seq"] for line in lines) + 1))
    first = next(line for line in lines if line["seq"] == 1)
    assert (first["stage"], first["code"]) == ("task_ingress", "WORKER_TASK_ACCEPTED")


async def test_without_room_for_its_reports_no_task_is_taken(far: FarSide, tmp_path: Path) -> None:
    async with working(tmp_path, far) as here:
        here.house.runner.free_bytes = lambda path: LEAST_FREE - 1
        with pytest.raises(NoRoom):
            await here.house.runner.take(task(str(uuid4()), {}), "req")
        assert await here.house.store.ask(tasks.counts) == {}
