"""A sign of life: what it changes, what it is told, and what it is not allowed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sourcing.callbacks.sender import Sender, offers, sender_for
from waypost.platform.access import MACHINE
from waypost.sourcing.runs.models import ExecutionEvent, RunEvent
from waypost.sourcing.sources.models import KeptSource, SourceDay

pytestmark = pytest.mark.anyio
HOST = "it.pracuj.pl"


async def heard(sender: Sender) -> int:
    """Lines of the run's log that tell of heartbeats."""
    found = await sender.rows(
        RunEvent, RunEvent.source_run_id == sender.run_id, RunEvent.event_type == "heartbeat_received"
    )
    return len(found)


async def test_the_first_word_makes_a_run_running(sender: Sender) -> None:
    answer = await sender.say(sender.heartbeat(phase="listing_fetch", pagesVisited=1, leaseToken=1))
    assert (answer["ok"], answer["status"], answer["deduped"]) == (True, "RUNNING", False)
    assert (answer["cancelRequested"], answer["leaseLost"]) == (False, False)
    run = await sender.run()
    assert (run.status, run.progress["phase"], run.progress["pagesVisited"]) == ("RUNNING", "listing_fetch", 1)
    assert run.started_at and run.lease_expires_at and run.last_heartbeat_at == run.last_signal_at
    assert await heard(sender) == 1


async def test_which_scraper_it_is_is_remembered(sender: Sender) -> None:
    await sender.say(sender.heartbeat(phase="queued", workerInstance="hall-2:311"))
    await sender.say(sender.heartbeat(phase="detail_fetch"))
    assert (await sender.run()).worker_instance == "hall-2:311", "an older scraper does not say"
    await sender.change(lease_token=2)
    await sender.say(sender.heartbeat(leaseToken=1, workerInstance="overtaken"))
    assert (await sender.run()).worker_instance == "hall-2:311"


async def test_a_waiting_task_keeps_its_run_pending(sender: Sender) -> None:
    answer = await sender.say(sender.heartbeat(phase="queued", leaseToken=1))
    run = await sender.run()
    assert (answer["status"], run.status) == ("PENDING", "PENDING")
    assert run.last_heartbeat_at is not None and run.lease_expires_at is not None


async def test_the_same_a_moment_later_is_no_news(sender: Sender) -> None:
    call = sender.heartbeat(phase="detail_fetch", jobLinksDiscovered=4)
    await sender.say(call)
    first = (await sender.run()).last_heartbeat_at
    assert first is not None
    assert (await sender.say(call))["deduped"] is True
    second = (await sender.run()).last_heartbeat_at
    assert second is not None and second > first and await heard(sender) == 1
    assert (await sender.say(sender.heartbeat(phase="detail_fetch", jobLinksDiscovered=5)))["deduped"] is False
    await sender.change(last_heartbeat_at=first - timedelta(seconds=15))
    assert (await sender.say(sender.heartbeat(phase="detail_fetch", jobLinksDiscovered=5)))["deduped"] is False
    assert await heard(sender) == 3


async def test_progress_is_merged(sender: Sender) -> None:
    await sender.say(sender.batch(jobs=offers(2)))
    await sender.say(sender.heartbeat(phase="normalize", normalizedOffers=2, meta={"a": 1}))
    progress = (await sender.run()).progress
    assert (progress["candidateOffers"], progress["normalizedOffers"], progress["meta"]) == (2, 2, {"a": 1})


async def test_a_run_that_ended_ignores_it(sender: Sender) -> None:
    await sender.say(sender.completion())
    answer = await sender.say(sender.heartbeat(phase="callback"))
    assert answer == {
        "ok": True,
        "status": "COMPLETED",
        "ignored": True,
        "cancelRequested": False,
        "leaseLost": False,
        "over": True,
        "budgets": [],
        "fresh": [],
    }


async def test_who_was_asked_to_stop_is_told(sender: Sender) -> None:
    await sender.change(status="RUNNING", cancel_requested_at=(await sender.run()).created_at)
    assert (await sender.say(sender.heartbeat(phase="detail_fetch")))["cancelRequested"] is True
    await sender.change(status="CANCELLED")
    answer = await sender.say(sender.heartbeat(phase="detail_fetch"))
    assert answer["cancelRequested"] and answer["ignored"]


async def test_who_was_overtaken_is_told_and_renews_nothing(sender: Sender) -> None:
    await sender.change(lease_token=2)
    answer = await sender.say(sender.heartbeat(phase="detail_fetch", leaseToken=1))
    run = await sender.run()
    assert answer["leaseLost"] and answer["ignored"]
    assert (run.status, run.last_heartbeat_at, run.lease_expires_at) == ("PENDING", None, None)


async def test_lines_of_the_scraper_are_kept_once(sender: Sender) -> None:
    line = {"stage": "listing_fetch", "status": "success", "code": "LISTING_FETCH_OK", "at": "2026-11-22T10:00:00Z"}
    lines = [line | {"seq": each} for each in range(3)]
    for sent in (lines[:2], lines):
        await sender.say(sender.heartbeat(phase="detail_fetch", leaseToken=1, events=sent))
    await sender.say(sender.completion(leaseToken=1, events=[lines[2], line | {"seq": 3, "meta": {"x": "y" * 9_000}}]))
    kept = await sender.rows(ExecutionEvent, ExecutionEvent.source_run_id == sender.run_id)
    assert sorted(each.seq for each in kept) == [0, 1, 2, 3]
    assert next(each.meta for each in kept if each.seq == 3) == {"cut": True}


async def test_what_is_fresh_already_is_named(sender: Sender) -> None:
    await sender.say(sender.batch(jobs=offers(2)))
    keys = ["source:1000001", "source:1000002", "source:9999999"]
    answer = await sender.say(sender.heartbeat(phase="detail_fetch", discovered=keys))
    assert sorted(answer["fresh"]) == keys[:2]


async def test_where_to_go_on_is_remembered(sender: Sender) -> None:
    resume = {"nextListing": "https://it.pracuj.pl/praca?pn=2", "pending": ["https://it.pracuj.pl/1"], "done": []}
    await sender.say(sender.heartbeat(phase="detail_fetch", resume=resume))
    assert (await sender.run()).resume == resume


async def enabled(sender: Sender, **said: Any) -> None:
    """The source may be asked."""
    async with sender.product.house.works.open(sender.product.cast.alice.org_id, MACHINE) as work:
        row = {"key": "pracuj-pl-it", "name": "Board", "adapter": "pracuj", "hosts": [HOST], "is_enabled": True}
        work.db.add(KeptSource(**row | {"created_at": work.now, "updated_at": work.now} | said))


async def test_hosts_are_granted_and_closed(sender: Sender) -> None:
    await enabled(sender, hosts=[f"{sender.run_id.hex}.example"])
    host = f"www.{sender.run_id.hex}.example"
    news = {"host": host, "wanted": 3, "asked": 2}
    (budget,) = (await sender.say(sender.heartbeat(phase="detail_fetch", hosts=[news])))["budgets"]
    assert (budget["host"], budget["slots"]) == (host, 3)
    until = (await sender.run()).created_at + timedelta(hours=1)
    rest = news | {"closedUntil": until.isoformat(), "reason": "429"}
    (budget,) = (await sender.say(sender.heartbeat(phase="detail_fetch", hosts=[rest])))["budgets"]
    assert (budget["slots"], budget["closedUntil"][:19]) == (0, until.isoformat()[:19])


async def counted(sender: Sender) -> int:
    """Requests of the day."""
    return sum(each.pages for each in await sender.rows(SourceDay))


async def test_what_was_asked_counts_once_and_after_the_end_too(sender: Sender) -> None:
    host = f"{sender.run_id.hex}.example"
    await enabled(sender, hosts=[host])
    before = await counted(sender)
    await sender.say(sender.heartbeat(phase="detail_fetch", hosts=[{"host": host, "asked": 2}]))
    end = sender.completion(hosts=[{"host": host, "asked": 3}])
    for _ in range(2):
        await sender.say(end)
    assert await counted(sender) - before == 5, "an event that comes again counts once"
    await sender.say(sender.heartbeat(phase="callback", hosts=[{"host": host, "asked": 1}]))
    assert await counted(sender) - before == 6


async def test_a_crawl_delay_that_one_run_read_binds_all(sender: Sender) -> None:
    host = f"{sender.run_id.hex}.example"
    await enabled(sender, hosts=[host], interval_ms=1_000)
    wish = {"host": host, "wanted": 2}
    (slow,) = (await sender.say(sender.heartbeat(hosts=[wish | {"crawlDelayMs": 7_000}])))["budgets"]
    (later,) = (await sender.say(sender.heartbeat(hosts=[wish])))["budgets"]
    assert (slow["intervalMs"], later["intervalMs"]) == (7_000, 7_000)
    (quick,) = (await sender.say(sender.heartbeat(hosts=[wish | {"crawlDelayMs": 0}])))["budgets"]
    assert quick["intervalMs"] == 1_000, "a host may change its mind"


async def test_a_run_that_only_the_watchdog_gave_up_is_given_leave_to_come_to_its_end(sender: Sender) -> None:
    """Its late result counts (ruling 35): without leave its scraper would starve until its time is over."""
    host = f"{sender.run_id.hex}.example"
    await enabled(sender, hosts=[host])
    await sender.say(sender.batch(jobs=offers(1)))
    beat = sender.heartbeat(phase="detail_fetch", hosts=[{"host": host, "wanted": 2}], discovered=["source:1000001"])
    await sender.change(status="FAILED", closed_by_watchdog=True)
    answer = await sender.say(beat)
    assert answer["ignored"] and answer["status"] == "FAILED" and not answer["over"]
    assert ([each["slots"] for each in answer["budgets"]], answer["fresh"]) == ([2], ["source:1000001"])
    await sender.change(closed_by_watchdog=False)
    answer = await sender.say(beat)
    assert answer["over"] and (answer["budgets"], answer["fresh"]) == ([], [])
    await sender_for(sender.product, retry_of_run_id=sender.run_id)
    await sender.change(closed_by_watchdog=True)
    answer = await sender.say(beat)
    assert (answer["budgets"], answer["fresh"]) == ([], []), "a retry does it now"


async def test_the_reports_of_a_source_that_somebody_removed_are_taken(sender: Sender) -> None:
    await sender.change(source_slug="gone", status="RUNNING")
    news = [{"host": "gone.example", "wanted": 2, "asked": 1}]
    assert (await sender.say(sender.heartbeat(phase="detail_fetch", hosts=news)))["budgets"] == []
    assert (await sender.say(sender.completion(hosts=news)))["status"] == "COMPLETED"


async def test_a_host_of_nobody_is_not_granted(sender: Sender) -> None:
    await enabled(sender)
    answer = await sender.say(
        sender.heartbeat(phase="detail_fetch", hosts=[{"host": "elsewhere.example", "wanted": 3}])
    )
    assert answer["budgets"] == []


async def test_nothing_is_granted_to_a_task_that_waits(sender: Sender) -> None:
    await enabled(sender)
    answer = await sender.say(sender.heartbeat(phase="queued", hosts=[{"host": HOST, "wanted": 3}]))
    assert answer["budgets"] == []


@pytest.mark.parametrize(
    "said", [{"phase": "sleeping"}, {"attempt": 0}, {"pagesVisited": -1}, {"discovered": ["k"] * 201}]
)
async def test_what_does_not_fit_is_refused(sender: Sender, said: dict[str, Any]) -> None:
    assert (await sender.send(sender.heartbeat(**said))).status_code == 400
    assert (await sender.run()).last_heartbeat_at is None
