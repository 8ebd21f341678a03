"""When scheduled runs wait: the verdict as a table, and the same from rows, for one organisation only."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import Orgs
from tests.sourcing.sources.runs import ended_run
from waypost.platform.access import MACHINE
from waypost.platform.work import Works
from waypost.sourcing.sources.actions import override_pause
from waypost.sourcing.sources.pausing import PauseTerms, Word, judge, pause_of, trigger_of
from waypost.sourcing.sources.settings import SourcesSettings

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TERMS = PauseTerms()
KEY = "pracuj-pl-it"


def runs(*codes: str | None) -> list[tuple[str | None, datetime]]:
    """The newest first, a minute apart."""
    return [(code, NOW - timedelta(minutes=n)) for n, code in enumerate(codes)]


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ((), None),
        (("network", "network", None, None, None), None),
        (("network", "network", "network", None, None), "network_cluster"),
        (("worker_timeout", None, "worker_timeout", None, "worker_timeout"), "timeout_cluster"),
        (("blocked_by_source", "source_http_blocked", "blocked_by_source"), "blocked_cluster"),
        (("detail_parse_gap",) * 5, "detail_parse_gap_cluster"),
        (("network", "worker_timeout", "blocked_by_source"), "mixed_failure_cluster"),
    ],
)
def test_what_the_last_runs_say(codes: tuple[str | None, ...], reason: str | None) -> None:
    pause = judge(runs(*codes), None, TERMS, NOW)
    assert (pause and pause.reason) == reason


def test_a_pause_lasts_until_the_latest_failure_is_old_enough() -> None:
    failed = [(code, at - timedelta(minutes=29)) for code, at in runs("network", "network", "network")]
    pause = judge(failed, None, TERMS, NOW)
    assert pause is not None
    assert (pause.since, pause.until) == (NOW - timedelta(minutes=29), NOW + timedelta(minutes=1))
    assert (pause.failures, pause.looked_at, pause.mix) == (3, 3, {"network": 3})
    assert judge(failed, None, TERMS, NOW + timedelta(minutes=1)) is None


def test_what_the_operator_says_of_pauses_counts() -> None:
    said = {
        "SCRAPE_SOURCE_FAILURE_WINDOW_RUNS": 2,
        "SCRAPE_SOURCE_FAILURE_THRESHOLD": 1,
        "SCRAPE_SOURCE_AUTOMATION_BACKOFF_MINUTES": 7,
    }
    terms = SourcesSettings.model_validate(said).pauses()
    pause = judge(runs("network"), None, terms, NOW)
    assert terms.window == 2 and pause is not None and pause.until == NOW + timedelta(minutes=7)


def test_an_override_that_is_newer_than_the_latest_failure_ends_it() -> None:
    failed = runs("network", "network", "network")
    assert judge(failed, Word(NOW, None), TERMS, NOW) is None
    assert judge(failed, Word(NOW - timedelta(seconds=1), None), TERMS, NOW) is not None


def test_an_override_may_only_shorten() -> None:
    failed = runs("network", "network", "network")
    shorter = judge(failed, Word(NOW, NOW + timedelta(minutes=5)), TERMS, NOW)
    longer = judge(failed, Word(NOW, NOW + timedelta(minutes=240)), TERMS, NOW)
    assert shorter is not None
    assert (shorter.reason, shorter.until) == ("operator_override", NOW + timedelta(minutes=5))
    assert longer is not None
    assert longer.until == NOW + TERMS.backoff


@pytest.mark.parametrize(
    ("status", "outcome", "failure", "code"),
    [
        ("COMPLETED", "blocked_by_source", None, None),
        ("FAILED", "blocked_by_source", "network", "blocked_by_source"),
        ("FAILED", "failed:network", None, "network"),
        ("FAILED", None, "network", "network"),
        ("FAILED", None, "timeout", "worker_timeout"),
        ("FAILED", "failed:validation", "validation", None),
        ("CANCELLED", None, None, None),
        ("RUNNING", None, None, None),
    ],
)
def test_which_failures_count_against_a_source(
    status: str, outcome: str | None, failure: str | None, code: str | None
) -> None:
    run: Any = SimpleNamespace(status=status, classified_outcome=outcome, failure_type=failure)
    assert trigger_of(run) == code


async def test_rows_of_one_organisation_pause_it_alone(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        for minutes in range(3):
            work.db.add(ended_run(KEY, NOW - timedelta(minutes=minutes), status="FAILED", outcome="failed:network"))
        work.db.add(ended_run(KEY, NOW, status="COMPLETED", outcome="success", origin="rematch"))
        await work.db.flush()
        pause = await pause_of(work.db, KEY, NOW)
        assert pause is not None
        assert (pause.reason, pause.looked_at) == ("network_cluster", 3)
        assert await pause_of(work.db, "pracuj-pl", NOW) is None
    async with works.open(orgs.globex, MACHINE) as work:
        assert await pause_of(work.db, KEY, NOW) is None


async def test_the_operators_word_is_kept_and_counts(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        for minutes in range(3):
            work.db.add(ended_run(KEY, NOW - timedelta(days=1, minutes=minutes), status="FAILED", outcome="network"))
        for minutes in range(3):
            work.db.add(ended_run(KEY, work.now - timedelta(minutes=minutes + 1), status="FAILED", failure="network"))
        await work.db.flush()
        assert await pause_of(work.db, KEY, work.now) is not None
        state = await override_pause(work, KEY, note="The board answered again")
        assert state.override_note == "The board answered again"
        assert await pause_of(work.db, KEY, work.now) is None
