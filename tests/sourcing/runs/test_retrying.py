"""Wishing again, and taking back: whose, when, how often, and what stays as it was."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from tests.cast import Cast, Player
from tests.sourcing.runs.running import SOURCE, Running
from waypost.platform.access import MACHINE
from waypost.platform.errors import Refusal
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.actions import cancel, retry
from waypost.sourcing.runs.ending import End, finish
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.progress import merge_progress
from waypost.sourcing.runs.states import move
from waypost.sourcing.runs.wish import Enqueued
from waypost.sourcing.wire.words import NEXT, RunState

pytestmark = pytest.mark.anyio

ROW = text("select r::text from job_source_runs r where id = :id")


async def failed(running: Running, **wish: Any) -> Run:
    """A run that came to nothing."""
    made = await running.wish(**wish)
    return await running.set(made.run.id, status=RunState.FAILED, error="[network] gone")


async def again(running: Running, run_id: UUID, who: Player | None = None) -> Enqueued:
    """Wish again."""
    async with running.work(who) as work:
        return await retry(work, run_id, running.terms, request_id="req-2")


async def refusal(running: Running, run_id: UUID, who: Player | None = None) -> tuple[int, str | None]:
    """What retrying is refused with."""
    with pytest.raises(Refusal) as refused:
        await again(running, run_id, who)
    return refused.value.status, refused.value.code


async def taken_back(running: Running, run_id: UUID, who: Player | None = None) -> Run:
    """Take a wish back."""
    async with running.work(who) as work:
        return await cancel(work, run_id)


async def row(running: Running, run_id: UUID) -> str:
    """All that the database holds of it."""
    async with running.work() as work:
        return str(await work.db.scalar(ROW, {"id": run_id}))


async def test_a_retry_is_a_run_of_its_own_beside_the_old_one(running: Running) -> None:
    past = await failed(running, limit=7, filters={"workModes": ["hybrid"]}, relax=True)
    before = await row(running, past.id)
    told = (await again(running, past.id)).answer()
    child = await running.run(UUID(told["sourceRunId"]))
    assert (told["retriedFromRunId"], told["retryCount"]) == (str(past.id), 1)
    kept = ("source_slug", "listing_url", "filters", "wanted", "relax", "career_profile_id", "intent_fingerprint")
    assert [getattr(child, name) for name in kept] == [getattr(past, name) for name in kept]
    assert (child.force_refresh, child.mode, child.retry_of_run_id, child.retry_count) == (True, "retry", past.id, 1)
    assert child.trace_id != past.trace_id and child.source_slug == SOURCE
    (event,) = [each for each in await running.events(child.id) if each.event_type == "run_retried"]
    assert (event.code, event.meta) == ("MANUAL_RETRY", {"retriedFromRunId": str(past.id), "retryCount": 1})
    assert await row(running, past.id) == before, "the original is immutable"


@pytest.mark.parametrize("status", [each for each in RunState if each is not RunState.FAILED])
async def test_only_what_failed_is_retried(running: Running, status: RunState) -> None:
    past = await failed(running)
    await running.set(past.id, status=status)
    assert await refusal(running, past.id) == (400, "RUN_NOT_FAILED")


async def test_only_its_owner_may_retry_and_cancel(running: Running, cast: Cast) -> None:
    past = await failed(running)
    live = await running.wish()
    for stranger in (cast.bob, cast.mallory):
        assert (await refusal(running, past.id, stranger))[0] == 404
        with pytest.raises(queries.NoSuchRun):
            await taken_back(running, live.run.id, stranger)


async def test_a_chain_ends(running: Running) -> None:
    run = await failed(running)
    for count in range(1, running.terms.chain + 1):
        child = (await again(running, run.id)).run
        assert child.retry_count == count
        run = await running.set(child.id, status=RunState.FAILED)
    assert await refusal(running, run.id) == (400, "RETRY_CHAIN_TOO_DEEP")


async def test_a_failed_run_has_one_live_child(running: Running) -> None:
    past = await failed(running)
    made = await asyncio.gather(*(again(running, past.id) for _ in range(10)))
    assert len({each.run.id for each in made}) == 1
    async with running.work() as work:
        assert await work.db.scalar(select(func.count()).select_from(Run).where(Run.retry_of_run_id == past.id)) == 1
    await running.set(made[0].run.id, status=RunState.FAILED)
    assert (await again(running, past.id)).run.id != made[0].run.id


async def test_limits_hold_for_retries(running: Running) -> None:
    past = await failed(running)
    running.terms = replace(running.terms, daily=1)
    assert await refusal(running, past.id) == (429, "DAILY_LIMIT")
    running.terms = replace(running.terms, daily=40, max_active=1)
    await running.wish()
    assert await refusal(running, past.id) == (429, "ACTIVE_RUN_LIMIT")


async def test_what_waits_is_cancelled_at_once(running: Running) -> None:
    made = await running.wish()
    assert (await taken_back(running, made.run.id)).status == RunState.CANCELLED
    run = await running.run(made.run.id)
    assert run.status == RunState.CANCELLED and run.finalized_at is not None
    assert (await running.types(run.id))[-1] == "run_cancelled"
    with pytest.raises(Refusal) as refused:
        await taken_back(running, run.id)
    assert (refused.value.status, refused.value.code) == (409, "RUN_ALREADY_FINALIZED")
    assert await refusal(running, run.id) == (400, "RUN_NOT_FAILED")


async def test_what_is_read_is_asked_to_stop_and_ends_cancelled(running: Running) -> None:
    made = await running.wish()
    await running.set(made.run.id, status=RunState.RUNNING)
    for _ in range(2):
        run = await taken_back(running, made.run.id)
        assert run.status == RunState.RUNNING and run.cancel_requested_at == running.clock()
    assert (await running.types(run.id)).count("run_cancel_requested") == 1
    async with running.works.open(running.alice.org_id, MACHINE) as work:
        held = await queries.by_id(work.db, run.id)
        assert await finish(work, held, End(status=RunState.FAILED, error="[unknown] aborted"))
    assert (await running.run(run.id)).status == RunState.CANCELLED


async def test_every_transition_that_is_not_in_the_table_is_a_fault_of_ours(running: Running) -> None:
    made = await running.wish()
    async with running.work() as work:
        for was in RunState:
            for to in set(RunState) - NEXT[was]:
                with pytest.raises(ValueError, match="no run goes from"):
                    await move(work.db, made.run.id, to, since={was})


async def test_of_many_who_move_a_run_one_wins(running: Running) -> None:
    made = await running.wish()

    async def begin() -> bool:
        async with running.work() as work:
            return await move(work.db, made.run.id, RunState.RUNNING, since={RunState.PENDING})

    assert sum(await asyncio.gather(*(begin() for _ in range(8)))) == 1


async def test_progress_is_merged_by_whoever_comes(running: Running) -> None:
    made = await running.wish()

    async def tell(number: int) -> None:
        async with running.work() as work:
            await merge_progress(work.db, made.run.id, {f"key{number}": number, "phase": "detail_fetch"})

    await asyncio.gather(*(tell(number) for number in range(8)))
    expected = {f"key{number}": number for number in range(8)} | {"phase": "detail_fetch"}
    assert (await running.run(made.run.id)).progress == expected
