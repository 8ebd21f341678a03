"""A run reaches a scraper: against one on a real socket that takes, is full, breaks, sleeps, refuses or is gone."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from tests.sourcing.runs.far_scraper import ACCEPTED, BAD, BROKEN, DUPLICATE, FULL, FarScraper
from tests.sourcing.runs.running import CALLBACK, SOURCE, Running
from waypost.platform.access import MACHINE
from waypost.platform.jobs.run import Later
from waypost.sourcing.runs import leases
from waypost.sourcing.runs.actions import cancel
from waypost.sourcing.runs.dispatching import pause_after
from waypost.sourcing.sources.actions import stop
from waypost.sourcing.sources.budgets import close_host
from waypost.sourcing.wire.task import Task
from waypost.sourcing.wire.words import RunState

pytestmark = pytest.mark.anyio


async def later(running: Running, run_id: UUID) -> float:
    """Seconds until the next try."""
    with pytest.raises(Later) as put_off:
        await running.hand_over(run_id)
    return put_off.value.delay.total_seconds()


async def test_the_task_says_all_that_a_scraper_needs_and_no_secret(running: Running, far: FarScraper) -> None:
    running.at(far.url, token="a secret of the operator")
    made = await running.wish(limit=7, request_id="req-1")
    await running.hand_over(made.run.id)
    task, run = Task.model_validate(far.task), await running.run(made.run.id)
    base = f"https://api.example/api/job-sources/runs/{run.id}"
    assert far.sent[0]["name"] == "scrape:source"
    assert (task.callback_url, task.heartbeat_url, task.ingest_url) == (CALLBACK, f"{base}/heartbeat", f"{base}/offers")
    assert (task.source, task.source_run_id, task.listing_url, task.limit) == (SOURCE, run.id, running.listing, 7)
    assert (task.task_id, task.run_id, task.dedupe_key) == (str(run.id), str(run.id), run.intent_fingerprint)
    assert (task.lease_token, task.lease_expires_at) == (1, run.lease_expires_at)
    assert task.terms is not None and task.terms.hosts == ("pracuj.pl",) and task.terms.adapter == "pracuj"
    assert [(each.host, each.slots) for each in task.budgets] == [(running.host, 3)]
    assert far.headers[0]["authorization"] == "Bearer a secret of the operator"
    assert far.headers[0]["x-request-id"] == "req-1"
    assert "secret" not in str(far.sent) and "callbackToken" not in far.task
    assert task.adaptive_query_window is None


async def test_only_filters_may_be_widened(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    built = await running.wish(listing_url=None, filters={"workModes": ["hybrid"]})
    await running.hand_over(built.run.id)
    assert far.task["adaptiveQueryWindow"] == {"min": 20, "max": 40}
    named = await running.wish(filters={"workModes": ["hybrid"]})
    await running.hand_over(named.run.id)
    assert "adaptiveQueryWindow" not in far.task


async def test_taken_means_pending_until_the_first_signal(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    made = await running.wish()
    await running.hand_over(made.run.id)
    run = await running.run(made.run.id)
    assert run.status == RunState.PENDING and run.dispatched_at == running.clock()
    assert run.lease_expires_at == running.clock() + running.terms.deadline
    told = (await running.events(run.id))[-1]
    assert (told.event_type, told.code, told.attempt_no) == ("worker_task_dispatched", "WORKER_HTTP", 1)
    await running.hand_over(run.id)
    assert len(far.sent) == 1, "a job that runs twice hands over once"


async def test_a_full_scraper_is_asked_again_when_it_said(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    far.answers = [FULL, FULL, ACCEPTED]
    made = await running.wish()
    assert await later(running, made.run.id) == 7
    running.clock.forward(minutes=20)
    assert await later(running, made.run.id) == 7, "full is no silence"
    running.clock.forward(seconds=7)
    await running.hand_over(made.run.id)
    run = await running.run(made.run.id)
    assert (run.status, run.lease_token, len(far.sent)) == (RunState.PENDING, 3, 3)
    deferred = [event for event in await running.events(run.id) if event.event_type == "worker_dispatch_deferred"]
    assert [(event.code, event.meta["retryInSec"]) for event in deferred] == [("QUEUE_FULL", 7)] * 2


@pytest.mark.parametrize("answer", [BROKEN, None])
async def test_a_broken_or_silent_scraper_is_tried_until_the_deadline(
    running: Running, far: FarScraper, answer: object
) -> None:
    far.answers = [BROKEN]
    running.at(far.url if answer else "http://127.0.0.1:9/tasks")
    made = await running.wish()
    assert [await later(running, made.run.id) for _ in range(3)] == [5, 10, 20]
    running.clock.forward(seconds=running.terms.deadline.total_seconds() + 1)
    await running.hand_over(made.run.id)
    assert len(far.sent) == (4 if answer else 0), "one more try before it is given up"
    run = await running.run(made.run.id)
    assert (run.status, run.failure_code, run.failure_type) == (RunState.FAILED, "DISPATCH_EXHAUSTED", "network")
    assert run.error == "[network] No scraper took the task before its deadline." and run.lease_expires_at is None


async def test_a_slow_scraper_may_have_taken_it(running: Running, far: FarScraper) -> None:
    running.at(far.url, patience=0.05)
    far.slow = 0.3
    made = await running.wish()
    assert await later(running, made.run.id) == 5
    assert (await running.types(made.run.id))[-1] == "worker_dispatch_timed_out"
    async with running.works.open(running.alice.org_id, MACHINE) as work:
        assert await leases.renew(work.db, made.run.id, 1, now=work.now, lasts=running.terms.lease)
    await running.hand_over(made.run.id)
    assert len(far.sent) == 1, "its heartbeat came: it has the task"


async def test_a_scraper_that_has_it_already_is_told_the_next_token(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    far.answers = [BROKEN, DUPLICATE]
    made = await running.wish()
    await later(running, made.run.id)
    await running.hand_over(made.run.id)
    assert far.task["leaseToken"] == 2 and (await running.run(made.run.id)).dispatched_at is not None


async def test_a_refused_task_fails_at_once(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    far.answers = [BAD]
    made = await running.wish()
    await running.hand_over(made.run.id)
    run = await running.run(made.run.id)
    assert (run.status, run.failure_code, run.classified_outcome) == (
        RunState.FAILED,
        "WORKER_HTTP_REJECTED",
        "failed:network",
    )
    assert (await running.events(run.id))[-1].meta["httpStatus"] == 400


async def test_an_address_beyond_this_machine_must_be_encrypted(running: Running) -> None:
    running.at("http://scraper.example/tasks")
    made = await running.wish()
    await running.hand_over(made.run.id)
    assert (await running.run(made.run.id)).failure_code == "WORKER_HTTP_REJECTED"


async def test_what_grew_too_large_fails(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    made = await running.wish()
    running.terms = replace(running.terms, payload_bytes=200)
    await running.hand_over(made.run.id)
    assert (await running.run(made.run.id)).failure_code == "PAYLOAD_TOO_LARGE" and far.sent == []


async def test_a_host_that_rests_is_waited_for(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    made = await running.wish()
    shut = running.clock() + timedelta(minutes=20)
    async with running.work() as work:
        await close_host(work.db, running.host, shut, "429", now=work.now)
    assert await later(running, made.run.id) == 300
    run = await running.run(made.run.id)
    assert run.dispatch_until == shut + running.terms.deadline and far.sent == []
    assert [(e.event_type, e.code) for e in await running.events(run.id)][-1] == (
        "worker_dispatch_deferred",
        "HOST_CLOSED",
    )


async def test_a_source_that_was_stopped_meanwhile_is_not_asked(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    made = await running.wish()
    async with running.work() as work:
        await stop(work, SOURCE)
    await running.hand_over(made.run.id)
    assert (await running.run(made.run.id)).failure_code == "SOURCE_DISABLED" and far.sent == []


async def test_a_wish_that_was_taken_back_is_not_handed_over(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    made = await running.wish()
    async with running.work() as work:
        await cancel(work, made.run.id)
    await running.hand_over(made.run.id)
    assert far.sent == []


def test_pauses_double_up_to_five_minutes_or_follow_the_far_side() -> None:
    assert [pause_after(n, None).total_seconds() for n in (1, 2, 3, 7, 8, 50)] == [5, 10, 20, 300, 300, 300]
    assert pause_after(1, timedelta(seconds=42)).total_seconds() == 42
    assert (pause_after(1, timedelta(0)).total_seconds(), pause_after(1, timedelta(hours=1)).total_seconds()) == (
        5,
        300,
    )


async def test_a_run_of_a_source_that_somebody_removed_fails_at_once(running: Running, far: FarScraper) -> None:
    running.at(far.url)
    made = await running.wish()
    await running.set(made.run.id, source_slug="gone")
    await running.hand_over(made.run.id)
    run = await running.run(made.run.id)
    assert (run.status, run.failure_code, far.sent) == (RunState.FAILED, "SOURCE_DISABLED", [])
