"""A wish becomes a run: the documented checks, in their order, each with its own code."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.cast import Cast
from tests.sourcing.runs.running import SOURCE, Running
from waypost.platform.errors import Refusal
from waypost.platform.identity.inbound_runs.lookups import organisation_of_run
from waypost.platform.identity.lookups import catalogue
from waypost.platform.ids import new_id
from waypost.platform.jobs.models import StoredJob
from waypost.sourcing.runs.models import Run
from waypost.sourcing.sources.actions import override_pause, stop
from waypost.sourcing.wire.words import RunState

pytestmark = pytest.mark.anyio


async def code_of(running: Running, **wish: Any) -> str | None:
    """What a wish is refused with."""
    with pytest.raises(Refusal) as refused:
        await running.wish(**wish)
    return refused.value.code


async def test_a_wish_is_a_run_with_its_job_its_log_and_its_organisation(running: Running, cast: Cast) -> None:
    made = await running.wish(limit=7, request_id="req-1")
    run = await running.run(made.run.id)
    assert (run.status, run.origin, run.mode, run.wanted) == (RunState.PENDING, "fresh", "manual", 7)
    assert (run.user_id, run.request_id, run.listing_url) == (cast.alice.person_id, "req-1", running.listing)
    assert run.dispatch_until == run.created_at + running.terms.deadline and run.lease_token == 0
    assert await running.types(run.id) == ["run_enqueued"]
    async with running.work() as work:
        jobs = (await work.db.scalars(select(StoredJob.type).where(StoredJob.thing_id == run.id))).all()
    async with catalogue(running.works.shards) as db:
        assert await organisation_of_run(db, run.id) == cast.alice.org_id
    assert jobs == ["run_dispatch"]


async def test_the_answer_has_every_documented_key(running: Running) -> None:
    told = (await running.wish(filters={"workModes": ["hybrid", "on the moon"]}, listing_url=None)).answer()
    assert told["ok"] is True and told["status"] == "accepted" and told["provider"] == "worker-http"
    assert told["taskSchemaVersion"] == "1" and told["taskId"] == told["sourceRunId"]
    assert (told["taskTimeoutMs"], told["dispatchDeadlineMs"]) == (180_000, 240_000)
    assert told["dedupeKey"] == told["intentFingerprint"] and len(told["dedupeKey"]) == 64
    assert (told["acceptedFilters"], told["droppedFilters"]) == (
        {"workModes": ["hybrid"]},
        {"workModes": ["on the moon"]},
    )
    assert set(told["reuseDiagnostics"]) == {"catalogRematch", "databaseReuse"}
    assert told["reuseDiagnostics"]["databaseReuse"]["reason"] == "no-cached-run"
    assert {"traceId", "leaseExpiresAt", "acceptedAt", "resolvedFromProfile"} <= set(told)


async def test_the_persons_address_wins_over_filters(running: Running) -> None:
    made = await running.wish(filters={"workModes": ["hybrid"]})
    assert made.run.listing_url == running.listing and made.run.listing_given
    built = await running.wish(filters={"workModes": ["hybrid"]}, listing_url=None)
    assert built.run.listing_url == "https://it.pracuj.pl/praca?wm=hybrid" and not built.run.listing_given


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"career_profile_id": new_id()}, "CAREER_PROFILE_NOT_READY"),
        ({"source": "no-such-board"}, "UNKNOWN_SOURCE"),
        ({"source": "pracuj-pl-general"}, "SOURCE_DISABLED"),
        ({"listing_url": "http://it.pracuj.pl/praca"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://it.pracuj.pl.evil.example/praca"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://evil-pracuj.pl/praca"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://me:secret@it.pracuj.pl/praca"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://it.pracuj.pl@evil.example/"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://it.pracuj.pl:8443/praca"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://it.pracuj.pl:99999/praca"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://evil.example\\@it.pracuj.pl/"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://it.pracuj.pl/\npraca"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "file:///etc/passwd"}, "LISTING_URL_NOT_ALLOWED"),
        ({"listing_url": "https://[::1/"}, "LISTING_URL_NOT_ALLOWED"),
    ],
)
async def test_what_does_not_fit_leaves_nothing_behind(running: Running, wish: dict[str, Any], code: str) -> None:
    assert await code_of(running, **wish) == code
    assert await runs(running) == 0


async def test_a_stopped_source_is_not_asked(running: Running) -> None:
    async with running.work() as work:
        await stop(work, SOURCE, "They called.")
    assert await code_of(running) == "SOURCE_DISABLED"


async def test_runs_by_the_clock_wait_while_their_source_rests(running: Running) -> None:
    for _ in range(3):
        failed = {"status": RunState.FAILED, "classified_outcome": "source_http_blocked"}
        await running.set((await running.wish()).run.id, finalized_at=running.clock(), **failed)
    assert await code_of(running, mode="scheduled") == "SOURCE_PAUSED"
    assert await runs(running) == 3
    assert (await running.wish()).run.status == RunState.PENDING, "a person may"
    async with running.work() as work:
        await override_pause(work, SOURCE)
    assert (await running.wish(mode="scheduled")).run.mode == "scheduled"


async def test_too_many_at_once(running: Running) -> None:
    running.terms = replace(running.terms, max_active=2)
    first, _ = await running.wish(), await running.wish(limit=3)
    assert await code_of(running) == "ACTIVE_RUN_LIMIT"
    await running.set(first.run.id, status=RunState.COMPLETED)
    assert (await running.wish()).run.status == RunState.PENDING


async def test_too_many_in_a_day(running: Running) -> None:
    running.terms = replace(running.terms, daily=2)
    for _ in range(2):
        await running.set((await running.wish()).run.id, status=RunState.FAILED)
    assert await code_of(running) == "DAILY_LIMIT"
    running.clock.forward(hours=24, seconds=1)
    assert (await running.wish()).run.status == RunState.PENDING


async def test_the_same_wish_twice_within_the_window(running: Running) -> None:
    running.terms = replace(running.terms, duplicate=timedelta(seconds=30))
    await running.wish(filters={"workModes": ["hybrid", "mobile"]})
    utm = running.listing + "?utm_source=mail#top"
    assert await code_of(running, listing_url=utm, filters={"workModes": ["mobile", "hybrid"]}) == "DUPLICATE_INTENT"
    assert (await running.wish(filters={"workModes": ["hybrid"]})).run.status == RunState.PENDING
    running.clock.forward(seconds=31)
    assert (await running.wish(filters={"workModes": ["hybrid", "mobile"]})).run.status == RunState.PENDING


async def test_a_refused_wish_does_not_occupy_the_window(running: Running) -> None:
    running.terms = replace(running.terms, duplicate=timedelta(seconds=30), has_worker=False)
    assert (await running.wish()).refused is not None
    running.terms = replace(running.terms, has_worker=True)
    assert (await running.wish()).refused is None


async def test_limits_are_each_persons_own(running: Running, cast: Cast) -> None:
    running.terms = replace(running.terms, max_active=1, daily=1, duplicate=timedelta(seconds=30))
    await running.wish()
    await running.wish(cast.bob)
    await running.open_source(cast.mallory)
    await running.wish(cast.mallory)
    assert await code_of(running) == "ACTIVE_RUN_LIMIT"


async def test_an_idempotency_key_gives_the_first_run_again(running: Running, cast: Cast) -> None:
    first = await running.wish(idempotency_key="click-1", filters={"workModes": ["moon"]})
    again = await running.wish(idempotency_key="click-1", filters={"workModes": ["moon"]})
    assert again.answer() == first.answer()
    assert await code_of(running, idempotency_key="click-1", limit=99) == "IDEMPOTENCY_KEY_REUSED"
    others: list[dict[str, Any]] = [{"filters": {"workModes": ["hybrid"]}}, {"force_refresh": True}, {"relax": True}]
    for other in others:
        assert await code_of(running, idempotency_key="click-1", **other) == "IDEMPOTENCY_KEY_REUSED", other
    full: dict[str, Any] = {"idempotency_key": "click-2", "filters": {"workModes": ["hybrid", "home-office"]}}
    kept = await running.wish(**full)
    turned = await running.wish(**full | {"filters": {"workModes": ["home-office", "hybrid"]}})
    assert turned.run.id == kept.run.id, "the order of a list says nothing"
    assert (await running.wish(cast.bob, idempotency_key="click-1")).run.id != first.run.id
    assert await runs(running) == 3


async def test_twenty_at_once_against_a_limit_of_two(running: Running) -> None:
    running.terms = replace(running.terms, max_active=2)
    outcomes = await asyncio.gather(*(running.wish(limit=n + 1) for n in range(20)), return_exceptions=True)
    refused = [each.code for each in outcomes if isinstance(each, Refusal)]
    assert refused == ["ACTIVE_RUN_LIMIT"] * 18
    assert await runs(running) == 2


async def test_twenty_with_one_key_are_one_run(running: Running) -> None:
    made = await asyncio.gather(*(running.wish(idempotency_key="click") for _ in range(20)))
    assert len({each.run.id for each in made}) == 1 and await runs(running) == 1


async def test_without_a_scraper_the_run_fails_at_once_and_says_so(running: Running) -> None:
    running.terms = replace(running.terms, has_worker=False)
    made = await running.wish()
    assert made.refused is not None and made.refused.status == 503
    run = await running.run(made.run.id)
    assert (run.status, run.failure_code) == (RunState.FAILED, "WORKER_NOT_CONFIGURED")
    assert await running.types(run.id) == ["run_enqueued", "worker_dispatch_failed"]


async def test_a_task_that_is_too_large_fails_at_once(running: Running) -> None:
    running.terms = replace(running.terms, payload_bytes=1_024)
    made = await running.wish(listing_url=running.listing + "?q=" + "x" * 1_500)
    assert made.refused is not None and (made.refused.status, made.refused.code) == (400, "PAYLOAD_TOO_LARGE")
    assert (await running.run(made.run.id)).failure_code == "PAYLOAD_TOO_LARGE"


async def runs(running: Running) -> int:
    """How many Acme has."""
    async with running.work() as work:
        return await work.db.scalar(select(func.count()).select_from(Run)) or 0
