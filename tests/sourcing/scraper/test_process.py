"""The scraper as a process: a task comes to its end, whatever kills it on the way; a signal drains it."""

import signal
from contextlib import suppress
from uuid import uuid4

import httpx2
import pytest

from tests.sampling import share
from tests.sourcing.scraper.far_side import FarSide
from tests.sourcing.scraper.process import Scraper, until

pytestmark = pytest.mark.turns("a scraper as a process", 2)
OFFERS = 3
STEPS = 40
"""More transactions than the script of this file makes."""
DEATHS = [(when, step) for step in range(1, STEPS) for when in ("KILL_AT", "KILL_AFTER")]


def test_a_task_is_answered_at_once_and_reported_to_its_end(scraper: Scraper, far: FarSide) -> None:
    run_id = str(uuid4())
    answer = scraper.hand(run_id, script={"offers": OFFERS})
    assert (answer.status_code, answer.json()["status"], answer.json()["sourceRunId"]) == (202, "accepted", run_id)
    assert until(lambda: far.ends(run_id)), scraper.log
    (end,) = far.of("complete")
    assert (end.body["status"], end.body["scrapedCount"], end.body["leaseToken"]) == ("COMPLETED", OFFERS, 1)
    assert {len(events) for events in far.offers(run_id).values()} == {1} and len(far.offers(run_id)) == OFFERS
    order = [call.kind for call in far.taken if call.kind != "heartbeat"]
    assert order == ["batch"] * OFFERS + ["complete"]
    beats = far.of("heartbeat")
    assert {"queued", "listing_fetch", "detail_fetch"} <= {beat.body["phase"] for beat in beats}
    assert until(lambda: far.of("heartbeat")[-1].body["phase"] == "callback"), "what became of the end is told too"
    lines = [line for call in [*far.of("heartbeat"), end] for line in call.body.get("events", ())]
    assert {line["code"] for line in lines} >= {"WORKER_TASK_STARTED", "WORKER_TASK_COMPLETED", "CALLBACK_ACCEPTED"}
    assert len({line["seq"] for line in lines}) == len(lines)
    assert scraper.log.count("scraper.task_ended") == 1


@pytest.mark.turns("deaths of a scraper", 1)
@pytest.mark.parametrize(("when", "step"), share(DEATHS, len(DEATHS) // 2, 9))
def test_a_kill_at_any_step_loses_and_doubles_nothing(scraper: Scraper, far: FarSide, when: str, step: int) -> None:
    run_id = str(uuid4())
    scraper.kill()
    scraper.start(**{when: str(step)})
    with suppress(httpx2.TransportError):
        scraper.hand(run_id, script={"offers": OFFERS})
    assert until(lambda: far.ends(run_id) or scraper.has_died), scraper.log
    scraper.kill()
    scraper.start()
    assert scraper.hand(run_id, script={"offers": OFFERS}).status_code == 202
    assert until(lambda: far.ends(run_id)), scraper.log
    assert until(lambda: scraper.ask("GET", "/health").json()["queue"]["active"] == 0)
    assert len(far.ends(run_id)) == 1
    assert len(far.offers(run_id)) == OFFERS
    assert {len(events) for events in far.offers(run_id).values()} == {1}


def test_a_signal_lets_what_runs_end_and_what_waits_begin_later(scraper: Scraper, far: FarSide) -> None:
    running, waiting = str(uuid4()), str(uuid4())
    gate = scraper.folder / "gate"
    scraper.hand(running, script={"offers": 2, "hold": str(gate), "at": 1})
    scraper.hand(waiting, script={"offers": 1})
    assert until(lambda: far.offers(running))
    scraper.signal(signal.SIGTERM)
    assert until(lambda: scraper.ask("GET", "/health").json()["draining"])
    refused = scraper.hand(script={"offers": 1})
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    gate.touch()
    assert scraper.ended() == 0
    assert (len(far.ends(running)), len(far.ends(waiting))) == (1, 0)
    scraper.start()
    assert until(lambda: far.ends(waiting)), scraper.log


def test_a_task_that_outlasts_the_grace_is_put_back_where_it_stood(scraper: Scraper, far: FarSide) -> None:
    run_id = str(uuid4())
    scraper.kill()
    scraper.start(WORKER_DRAIN_SECONDS="0.2")
    gate = scraper.folder / "gate"
    scraper.hand(run_id, script={"offers": 4, "hold": str(gate), "at": 2})
    assert until(lambda: len(far.offers(run_id)) == 2)
    scraper.signal(signal.SIGTERM)
    assert scraper.ended() == 0
    last = far.of("heartbeat")[-1].body
    assert (last["phase"], len(last["resume"]["done"]) >= 1) == ("queued", True)
    assert len(far.offers(run_id)) == 2 and not far.ends(run_id)
    gate.touch()
    scraper.start()
    assert until(lambda: far.ends(run_id)), scraper.log
    assert {len(events) for events in far.offers(run_id).values()} == {1} and len(far.offers(run_id)) == 4


def test_a_second_signal_ends_it_at_once_and_the_next_process_goes_on(scraper: Scraper, far: FarSide) -> None:
    run_id = str(uuid4())
    gate = scraper.folder / "gate"
    scraper.hand(run_id, script={"offers": 3, "hold": str(gate), "at": 1})
    assert until(lambda: far.offers(run_id))
    scraper.signal(signal.SIGTERM)
    assert until(lambda: scraper.ask("GET", "/health").json()["draining"])
    scraper.signal(signal.SIGTERM)
    assert scraper.ended(5) == 1
    gate.touch()
    scraper.start()
    assert until(lambda: far.ends(run_id)), scraper.log
    assert len(far.offers(run_id)) == 3


def test_two_processes_never_share_a_folder(scraper: Scraper, far: FarSide) -> None:
    assert scraper.ask("GET", "/health").status_code == 200
    with Scraper(scraper.folder, far.url) as second:
        assert second.ended() == 1
    assert "FolderTaken" in scraper.log
