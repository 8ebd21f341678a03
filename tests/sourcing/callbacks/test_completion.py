"""The end of a run: its documented checks, its effect, and what happens to one that comes twice or too late."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.sourcing.callbacks.sender import Sender, offer, offers, sender_for
from waypost.platform.audit.models import AuditLog
from waypost.platform.ids import new_id
from waypost.sourcing.callbacks.models import CallbackEvent, CallbackRejection
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.runs.models import RunAttempt, RunEvent
from waypost.sourcing.wire.revision import REVISION

pytestmark = pytest.mark.anyio
Owner = psycopg.AsyncConnection[tuple[object, ...]]


async def test_a_run_completes_with_its_offers(sender: Sender) -> None:
    answer = await sender.say(sender.completion(jobs=offers(3), scrapedCount=3, totalFound=9))
    assert answer == {"ok": True, "status": "COMPLETED", "inserted": 3, "totalOffers": 3, "idempotent": False}
    run = await sender.run()
    assert (run.status, run.scraped_count, run.total_found) == ("COMPLETED", 3, 9)
    assert (run.classified_outcome, run.source_quality) == ("success", "healthy")
    assert run.started_at is not None and run.finalized_at is not None
    assert len(await sender.rows(RunOffer, RunOffer.run_id == sender.run_id)) == 3
    links = await sender.rows(UserJobOffer, UserJobOffer.source_run_id == sender.run_id)
    assert {link.user_id for link in links} == {sender.product.cast.alice.person_id} and len(links) == 3
    kinds = [event.event_type for event in await sender.rows(RunEvent, RunEvent.source_run_id == sender.run_id)]
    assert {"callback_accepted", "catalog_upsert_completed", "callback_completed", "user_link_completed"} <= set(kinds)
    (attempt,) = await sender.rows(RunAttempt, RunAttempt.source_run_id == sender.run_id)
    assert (attempt.attempt_no, attempt.status) == (1, "COMPLETED")


async def test_a_run_fails_and_keeps_what_it_had(sender: Sender) -> None:
    await sender.say(sender.batch(jobs=offers(2)))
    failed = sender.completion(status="FAILED", error="[network] gone", failureCode="SCRAPE_LISTING_HTTP_FAILED")
    assert await sender.say(failed) == {"ok": True, "status": "FAILED", "inserted": 0, "idempotent": False}
    run = await sender.run()
    assert (run.status, run.failure_type, run.classified_outcome) == ("FAILED", "network", "partial_success")
    assert len(await sender.rows(UserJobOffer, UserJobOffer.source_run_id == sender.run_id)) == 2


async def test_links_found_and_nothing_read_is_a_gap(sender: Sender) -> None:
    await sender.say(sender.completion(jobLinkCount=7, scrapedCount=0))
    run = await sender.run()
    assert (run.classified_outcome, run.empty_reason, run.source_quality) == (
        "detail_parse_gap",
        "detail_parse_gap",
        "degraded",
    )


CAME_THROUGH = ("totalFound", "scrapedCount", "userInsertedOffers", "acceptanceRatio", "insertionRatio", "deliveryPath")


@pytest.mark.parametrize(("sooner", "path"), [(2, "incremental"), (0, "callback")])
async def test_the_progress_says_how_much_came_through(sender: Sender, sooner: int, path: str) -> None:
    if sooner:
        await sender.say(sender.batch(jobs=offers(sooner)))
    end = sender.completion(jobs=offers(4), jobLinkCount=8, scrapedCount=4)
    await sender.say(end)
    await sender.say(end)
    progress = (await sender.run()).progress
    assert [progress[name] for name in CAME_THROUGH] == [8, 4, 4, 0.5, 1.0, path]


FAULTS: dict[str, dict[str, Any]] = {
    "failed without error": {"status": "FAILED"},
    "failed with offers": {"status": "FAILED", "error": "x", "jobs": [offer(1)]},
    "completed with error": {"error": "x"},
    "two counts": {"scrapedCount": 1, "jobCount": 2},
    "wrong count": {"jobs": [offer(1)], "scrapedCount": 2},
    "no time": {"emittedAt": "yesterday"},
    "unknown key": {"surprise": True},
    "unknown key of an offer": {"jobs": [offer(1, surprise=True)]},
    "no address": {"jobs": [offer(1, url="ftp://board.example/1")]},
    "no title": {"jobs": [offer(1, title=None)]},
    "too many": {"jobs": offers(201)},
    "another hash": {"payloadHash": "0" * 64},
    "a count beyond all": {"totalFound": 10**30},
}


@pytest.mark.parametrize("said", FAULTS.values(), ids=FAULTS)
async def test_what_does_not_fit_is_refused_and_changes_nothing(sender: Sender, said: dict[str, Any]) -> None:
    answer = await sender.send(sender.completion(**said))
    assert answer.status_code == 400, answer.text
    assert answer.json()["category"] == "validation" and not answer.json()["retryable"]
    assert (await sender.run()).status == "PENDING"
    assert await sender.rows(CallbackEvent, CallbackEvent.source_run_id == sender.run_id) == []
    (rejection,) = await sender.rows(CallbackRejection, CallbackRejection.source_run_id == sender.run_id)
    assert rejection.code == ("PAYLOAD_HASH_MISMATCH" if "payloadHash" in said else "VALIDATION_ERROR")


async def test_what_a_newer_scraper_says_besides_is_left_aside(sender: Sender) -> None:
    jobs = [offer(1, surprise={"a": 1}), offer(2), offer(3, surprise=2)]
    call = sender.completion(jobs=jobs, tomorrow=[1], hosts=[{"host": "it.pracuj.pl", "asked": 2, "new": 1}])
    assert (await sender.send(call, x_worker_wire=str(REVISION))).status_code == 400
    first = await sender.say(call, x_worker_wire=str(REVISION + 1))
    assert (first["status"], first["inserted"]) == ("COMPLETED", 3)
    assert (await sender.say(call, x_worker_wire=str(REVISION + 1)))["idempotent"], "its identity is all that it said"
    nonsense = sender.batch(jobs=[offer(4, title=None, surprise=1)])
    assert (await sender.send(nonsense, x_worker_wire="99")).status_code == 400
    for odd in ("", "-1", "1.5", "9" * 30, "x"):
        assert (await sender.send(sender.heartbeat(tomorrow=1), x_worker_wire=odd)).status_code == 400
    assert (await sender.say(sender.heartbeat(tomorrow=1, phase="queued"), x_worker_wire="7"))["ok"]


async def test_unknown_diagnostics_are_kept_aside(sender: Sender) -> None:
    told = {"pagesVisited": 3, "resultKind": "healthy", "tomorrow": {"a": 1}}
    await sender.say(sender.completion(diagnostics=told, scrapedCount=1))
    assert (await sender.run()).diagnostics == {
        "pagesVisited": 3,
        "resultKind": "healthy",
        "extra": {"tomorrow": {"a": 1}},
    }


async def test_an_unknown_run_is_not_found(sender: Sender) -> None:
    stranger = Sender(sender.product, new_id())
    for call in stranger.calls():
        assert (await stranger.send(call)).status_code == 404


async def test_a_repetition_hears_the_first_answer(sender: Sender) -> None:
    call = sender.completion(jobs=offers(2), emittedAt="2026-11-22T10:00:00Z")
    first = await sender.say(call)
    again = sender.completion(jobs=offers(2), emittedAt="2026-11-22T10:09:00Z", callbackAttemptNo=2)
    second = await sender.say(again)
    assert second == first | {"idempotent": True, "reasonCode": "DUPLICATE_EVENT_ID"}
    (event,) = await sender.rows(CallbackEvent, CallbackEvent.source_run_id == sender.run_id)
    assert (event.state, event.repeats, event.attempt_no) == ("applied", 1, 1)
    assert "jobs" not in event.payload and event.payload["jobCount"] == 2


async def test_the_same_event_with_another_body_is_an_incident(sender: Sender) -> None:
    await sender.say(sender.completion(jobs=offers(2)))
    answer = await sender.send(sender.completion(jobs=offers(1)))
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICTING_EVENT_PAYLOAD")
    assert len(await sender.rows(RunOffer, RunOffer.run_id == sender.run_id)) == 2
    (entry,) = await sender.rows(AuditLog, AuditLog.thing_id == sender.run_id)
    assert entry.act == "sourcing.callback_conflict"


async def test_twenty_at_once_are_one(sender: Sender) -> None:
    call = sender.completion(jobs=offers(5))
    answers = await asyncio.gather(*[sender.say(call) for _ in range(20)])
    assert Counter(answer["idempotent"] for answer in answers) == {False: 1, True: 19}
    assert len(await sender.rows(RunOffer, RunOffer.run_id == sender.run_id)) == 5
    assert len(await sender.rows(CallbackEvent, CallbackEvent.source_run_id == sender.run_id)) == 1


async def test_deliveries_out_of_order_change_nothing(sender: Sender) -> None:
    await sender.say(sender.completion("a", callbackAttemptNo=3))
    stale = await sender.say(sender.completion("b", callbackAttemptNo=2))
    ahead = await sender.say(sender.completion("c", callbackAttemptNo=7))
    assert (stale["reasonCode"], ahead["reasonCode"]) == ("STALE_ATTEMPT", "ATTEMPT_ORDER_VIOLATION")
    assert stale["idempotent"] and stale["inserted"] == 0
    events = await sender.rows(CallbackEvent, CallbackEvent.source_run_id == sender.run_id)
    assert Counter(event.state for event in events) == {"applied": 1, "rejected": 2}


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("COMPLETED", "COMPLETED", "RUN_ALREADY_FINALIZED"),
        ("FAILED", "FAILED", "RUN_ALREADY_FINALIZED"),
        ("COMPLETED", "FAILED", "RUN_FINALIZED_WITH_CONFLICTING_STATUS"),
        ("FAILED", "COMPLETED", "RUN_FINALIZED_WITH_CONFLICTING_STATUS"),
    ],
)
async def test_an_end_stays(sender: Sender, first: str, second: str, code: str) -> None:
    why = {"FAILED": {"error": "x"}, "COMPLETED": {}}
    await sender.say(sender.completion("a", status=first, **why[first]))
    answer = await sender.say(sender.completion("b", status=second, **why[second]))
    assert (answer["reasonCode"], answer["idempotent"], answer["status"]) == (code, True, first)
    assert (await sender.run()).status == first


async def test_a_late_result_reopens_what_the_watchdog_closed(sender: Sender) -> None:
    await sender.change(status="FAILED", closed_by_watchdog=True, failure_type="timeout")
    answer = await sender.say(sender.completion(jobs=offers(2)))
    assert (answer["status"], answer["lateResult"], answer["inserted"]) == ("COMPLETED", "reopened", 2)
    assert answer["reasonCode"] == "LATE_CALLBACK_AFTER_STALE_RECOVERY"
    run = await sender.run()
    assert (run.status, run.failure_type, run.closed_by_watchdog) == ("COMPLETED", None, False)
    assert run.late_result_accepted_at is not None
    assert len(await sender.rows(UserJobOffer, UserJobOffer.source_run_id == sender.run_id)) == 2


async def test_a_late_result_of_a_retried_run_only_brings_its_offers(sender: Sender) -> None:
    await sender.change(status="FAILED", closed_by_watchdog=True)
    await sender_for(sender.product, retry_of_run_id=sender.run_id, retry_count=1)
    answer = await sender.say(sender.completion(jobs=offers(2)))
    assert (answer["status"], answer["lateResult"]) == ("FAILED", "kept")
    assert (await sender.run()).status == "FAILED"
    assert len(await sender.rows(UserJobOffer, UserJobOffer.source_run_id == sender.run_id)) == 2


async def test_who_was_overtaken_finishes_nothing(sender: Sender) -> None:
    await sender.change(lease_token=2, status="RUNNING")
    answer = await sender.say(sender.completion(jobs=offers(2), leaseToken=1))
    assert (answer["leaseLost"], answer["reasonCode"], answer["status"]) == (True, "LEASE_LOST", "RUNNING")
    assert (await sender.run()).status == "RUNNING"
    assert len(await sender.rows(RunOffer, RunOffer.run_id == sender.run_id)) == 2
    assert (await sender.say(sender.completion("b", leaseToken=2)))["status"] == "COMPLETED"


async def test_who_was_asked_to_stop_and_failed_was_cancelled(sender: Sender) -> None:
    await sender.change(status="RUNNING", cancel_requested_at=(await sender.run()).created_at + timedelta(seconds=1))
    answer = await sender.say(sender.completion(status="FAILED", error="[unknown] cancelled"))
    assert answer["status"] == (await sender.run()).status == "CANCELLED"


async def test_packed_bodies_are_signed_as_they_travel(sender: Sender) -> None:
    answer = await sender.say(sender.completion(jobs=offers(3)), packed=True)
    assert answer["inserted"] == 3


async def test_what_no_text_can_hold_is_left_out(sender: Sender) -> None:
    await sender.say(sender.completion(jobs=[offer(1, title="Wel\0der \ud800", details={"\0": "\ud800"})]))
    (event,) = await sender.rows(CallbackEvent, CallbackEvent.source_run_id == sender.run_id)
    assert event.answer["inserted"] == 1


async def test_a_replay_is_remembered(sender: Sender) -> None:
    await sender.say(sender.completion(), x_worker_replayed="1")
    assert (await sender.run()).replayed


async def test_what_breaks_in_between_leaves_nothing_behind(sender: Sender, owner: Owner) -> None:
    call = sender.completion(jobs=offers(2))
    await owner.execute("revoke insert on job_source_callback_events from waypost_app")
    try:
        assert (await sender.send(call)).status_code == 500
    finally:
        await owner.execute("grant insert on job_source_callback_events to waypost_app")
    assert (await sender.run()).status == "PENDING"
    assert await sender.rows(RunOffer, RunOffer.run_id == sender.run_id) == []
    assert (await sender.say(call))["idempotent"] is False
    assert (await sender.run()).status == "COMPLETED"
