"""Reports and an API that is away: nothing lost, nothing doubled, each run in order (sourcing.md 2.4, 2.5)."""

import asyncio
import json
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.sourcing.scraper.delivering import SCHEDULE, desk
from tests.sourcing.scraper.far_side import SECRET, Call, FarSide, far_side
from waypost.sourcing.scraper.asking import BadRequest, ReplayWish, wish_of
from waypost.sourcing.scraper.store import NoRoom, letters, spool

pytestmark = pytest.mark.anyio
NOWHERE = "http://127.0.0.1:9/api/job-sources/complete"


async def test_each_attempt_is_signed_afresh_and_a_large_body_is_packed(far: FarSide, tmp_path: Path) -> None:
    far.reply = lambda call: (503, {}, {}) if len(far.calls) < 3 else None
    async with desk(tmp_path, far) as here:
        await here.put("ingest", size=60_000)
        for seconds in (0, *SCHEDULE[:2]):
            here.clock.move(seconds=seconds)
            assert await here.carry() == 1
    stamps = [call.headers["x-worker-timestamp"] for call in far.calls]
    assert len(set(stamps)) == 3 and len({call.event_id for call in far.calls}) == 1
    assert len({call.headers["x-request-id"] for call in far.calls}) == 1
    assert {call.headers["content-encoding"] for call in far.calls} == {"gzip"}
    assert len({call.body["payloadHash"] for call in far.calls}) == 1


async def test_the_schedule_runs_from_seconds_to_hours_and_ends_after_a_day(tmp_path: Path) -> None:
    async with desk(tmp_path, NOWHERE) as here:
        await here.put()
        waits = []
        while await here.carry():
            if (wait := await here.waits()) is None:
                break
            waits.append(round(wait))
            here.clock.move(seconds=wait)
        assert waits[: len(SCHEDULE)] == SCHEDULE and set(waits[len(SCHEDULE) :]) == {3_600}
        assert sum(waits) >= 86_400 > sum(waits[:-1])
        (letter,) = await here.house.store.ask(lambda db: letters.chosen(db, all_of(here.house.now())))
    assert (letter.kind_of_failure, letter.last_status, letter.reason) == ("transient", None, "no-answer")


def all_of(now: float) -> letters.Choice:
    return letters.Choice(until=now)


async def test_retry_after_is_honoured(far: FarSide, tmp_path: Path) -> None:
    far.reply = lambda call: (429, {"retry-after": "120"}, {})
    async with desk(tmp_path, far) as here:
        await here.put()
        await here.carry()
        assert await here.waits() == 120


async def test_a_refusal_is_a_dead_letter_at_once_and_the_end_still_goes(far: FarSide, tmp_path: Path) -> None:
    far.reply = lambda call: (422, {}, {}) if call.kind == "batch" else None
    async with desk(tmp_path, far) as here:
        run_id = str(uuid4())
        await here.put("ingest", run_id)
        await here.put("complete", run_id)
        assert await here.carry() == 2
        assert await here.dead() == 1
    assert [call.kind for call in far.taken] == ["complete"]


async def test_the_end_waits_for_its_offers_and_other_runs_do_not(far: FarSide, tmp_path: Path) -> None:
    run_id, other = str(uuid4()), str(uuid4())
    far.reply = lambda call: (500, {}, {}) if call.body["sourceRunId"] == run_id and not released else None
    released = False
    async with desk(tmp_path, far) as here:
        await here.put("ingest", run_id)
        await here.put("complete", run_id)
        await here.put("complete", other)
        await here.carry()
        assert [call.body["sourceRunId"] for call in far.taken] == [other]
        released = True
        here.clock.move(seconds=1)
        await here.carry()
    assert [call.kind for call in far.taken] == ["complete", "batch", "complete"]


async def test_an_api_that_was_away_for_ten_minutes_needs_nobody(tmp_path: Path) -> None:
    with far_side() as far:
        far.close()
        async with desk(tmp_path, far) as here:
            reports = [await here.put("ingest"), await here.put("complete")]
            for wait in (0, 1, 2, 60, 300, 240):
                here.clock.move(seconds=wait)
                await here.carry()
            far.open()
            here.house.courier.voice.back()
            assert await here.carry() == 2, "it answers again: nothing waits for its next quarter of an hour"
            assert await here.dead() == 0
        assert {call.event_id for call in far.taken} == {each.event_id for each in reports}


async def test_two_days_away_are_dead_letters_and_one_replay_clears_them(tmp_path: Path) -> None:
    with far_side() as far:
        far.close()
        async with desk(tmp_path, far) as here:
            runs = [str(uuid4()) for _ in range(3)]
            for run_id in runs:
                await here.put("ingest", run_id)
                await here.put("complete", run_id)
            for _ in range(60):
                here.clock.move(hours=0.8)
                await here.carry()
            health = await here.house.health()
            assert (health["deadLetters"]["count"], await here.waits()) == (6, None)
            assert health["deadLetters"]["oldestAgeSec"] == 48 * 3_600
            far.open()
            looked = (await here.house.replayed(ReplayWish(dry_run=True))).written()
            assert (looked["total"], looked["sent"], len(far.taken)) == (6, 0, 0)
            told = (await here.house.replayed(ReplayWish())).written()
            assert (told["ok"], told["total"], told["sent"], told["failed"]) == (True, 6, 6, 0)
            assert await here.dead() == 0
        for run_id in runs:
            kinds = [call.kind for call in far.taken if call.body["sourceRunId"] == run_id]
            assert kinds == ["batch", "complete"]


async def test_two_replays_at_once_send_nothing_twice(far: FarSide, tmp_path: Path) -> None:
    refusing = True
    far.reply = lambda call: (400, {}, {}) if refusing else None
    async with desk(tmp_path, far) as here:
        for _ in range(5):
            await here.put()
        await here.carry()
        refusing = False
        both = await asyncio.gather(here.house.replayed(ReplayWish()), here.house.replayed(ReplayWish()))
        assert sum(each.written()["sent"] for each in both) == 5
        assert {each.written()["failed"] for each in both} == {0}
    assert len(far.taken) == 5


async def test_a_replay_chooses_by_run_class_age_and_number(far: FarSide, tmp_path: Path) -> None:
    far.reply = lambda call: (404, {}, {})
    async with desk(tmp_path, far) as here:
        reports = [await here.put() for _ in range(3)]
        await here.carry()
        here.clock.move(minutes=10)
        await here.put()
        await here.carry()

        async def chosen(**said: object) -> int:
            wish = wish_of(json.dumps({"dryRun": True} | said).encode())
            return len((await here.house.replayed(wish)).entries)

        assert await chosen() == 4
        assert await chosen(sourceRunId=reports[0].run_id) == 1
        assert (await chosen(**{"class": "permanent"}), await chosen(**{"class": "transient"})) == (4, 0)
        assert (await chosen(olderThanMinutes=5), await chosen(limit=2)) == (3, 2)
        with pytest.raises(BadRequest):
            await chosen(runs=["a misspelt filter must not hit everything"])
        failed = (await here.house.replayed(ReplayWish(limit=1))).written()
        assert (failed["sent"], failed["failed"], failed["entries"][0]["status"]) == (0, 1, 404)
        assert await here.dead() == 4


async def test_files_of_an_earlier_scraper_are_taken_over_without_their_tokens(far: FarSide, tmp_path: Path) -> None:
    folder = tmp_path / "dead-letter"
    folder.mkdir()
    run_id = str(uuid4())
    record = {
        "callbackUrl": "https://old.example/api/job-sources/complete",
        "callbackToken": "an old token",
        "requestId": "req-1",
        "payload": {"sourceRunId": run_id, "status": "FAILED", "error": "[timeout] x", "callbackAttemptNo": 3},
        "reason": "HTTP 503",
        "createdAt": "2026-02-27T12:00:00Z",
    }
    (folder / f"run-1-{run_id}-1.json").write_text(json.dumps(record))
    (folder / "broken.json").write_text("{")
    async with desk(tmp_path, far) as here:
        told = (await here.house.replayed(ReplayWish())).written()
        assert (told["total"], told["sent"]) == (1, 1)
        assert [path.name for path in folder.iterdir()] == ["broken.json"]
    (call,) = far.taken
    assert (call.body["status"], call.headers["x-request-id"], "callbackAttemptNo" in call.body) == (
        "FAILED",
        "req-1",
        False,
    )
    assert b"an old token" not in kept_in(tmp_path)


async def test_what_travelled_when_the_process_died_goes_again_under_its_own_id(far: FarSide, tmp_path: Path) -> None:
    async with desk(tmp_path, far) as here:
        report = await here.put()
        assert await here.due() is not None
        assert await here.due() is None, "claimed"
    async with desk(tmp_path, far) as again:
        await again.house.store.ask(spool.let_go)
        assert await again.carry() == 1
    assert [call.event_id for call in far.taken] == [report.event_id]


async def test_a_drain_also_waits_for_what_travels(far: FarSide, tmp_path: Path) -> None:
    """The end of a run waits behind its offers: nothing was due while they were on their way, and it stayed behind."""
    async with desk(tmp_path, far) as here:
        report = await here.put("ingest")
        await here.put("complete", report.run_id)
        busy = partial(spool.is_busy, now=here.clock().timestamp())
        travelling = await here.due()
        assert travelling is not None and await here.waits() is None
        assert await here.house.store.ask(busy)
        await here.house.courier.attempt(travelling)
        assert await here.carry() == 1
        assert not await here.house.store.ask(busy)


@pytest.mark.parametrize("steps", range(5))
async def test_a_bell_at_the_last_moment_keeps_no_courier_alive(far: FarSide, tmp_path: Path, steps: int) -> None:
    async with desk(tmp_path, far) as here:
        courier = here.house.courier
        running = asyncio.create_task(courier.run())
        await asyncio.sleep(0.1)  # it sleeps by now
        courier.wake()
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        assert running in (await asyncio.wait([running], timeout=2))[0]


async def test_a_full_disk_refuses_what_is_new_and_keeps_what_is_there(far: FarSide, tmp_path: Path) -> None:
    async with desk(tmp_path, far) as here:
        report = await here.put()
        here.house.store.limit(1)
        with pytest.raises(NoRoom):
            for _ in range(10):
                await here.put("ingest", size=90_000)
        assert await here.house.store.ask(spool.waiting) >= 1
        here.house.store.limit(2**30)
        await here.carry()
    assert report.event_id in {call.event_id for call in far.taken}


async def test_dead_letters_leave_after_thirty_days_and_are_counted(far: FarSide, tmp_path: Path) -> None:
    far.reply = lambda call: (403, {}, {})
    async with desk(tmp_path, far) as here:
        await here.put()
        await here.carry()
        here.clock.move(days=29)
        await here.house.tidy()
        assert await here.dead() == 1
        here.clock.move(days=2)
        await here.house.tidy()
        assert (await here.dead(), (await here.house.gauges())["expired"]) == (0, 1)


async def test_no_secret_stands_in_the_file(far: FarSide, tmp_path: Path) -> None:
    far.reply = lambda call: (403, {}, {})
    async with desk(tmp_path, far, WORKER_CALLBACK_TOKEN="the token of reports") as here:
        await here.put()
        await here.carry()
    seen: Call = far.calls[0]
    assert seen.headers["authorization"] == "Bearer the token of reports"
    kept = kept_in(tmp_path)
    assert SECRET.encode() not in kept and b"the token of reports" not in kept


def kept_in(folder: Path) -> bytes:
    """Everything that stands in the scraper's file."""
    return b"".join(path.read_bytes() for path in folder.glob("scraper.*"))
