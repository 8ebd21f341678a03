"""Drift, zero yield, silence: what one look finds of a source."""

from datetime import UTC, datetime, timedelta

from waypost.sourcing.watching.alerts.looking import Planned, drift, silence, zero_yield
from waypost.sourcing.watching.figures.queries import Counts

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BASE = Counts(
    {
        ("seen", "board"): 1_000,
        ("filled.salary", "board"): 800,
        ("filled.company", "board"): 990,
        ("filled.apply_url", "board"): 300,
        ("fresh.completed", "board"): 100,
        ("fresh.empty", "board"): 5,
    }
)


def day(**counts: int) -> Counts:
    return Counts({(what.replace("_", ".", 1) if "_" in what else what, "board"): n for what, n in counts.items()})


def completed(runs: int, *, empty: int) -> Counts:
    return Counts({("fresh.completed", "board"): runs, ("fresh.empty", "board"): empty})


def test_a_field_that_is_filled_as_before_is_no_drift() -> None:
    found = drift(day(seen=50, filled_salary=40, filled_company=50), BASE, "board")
    assert (found.value, found.volume) == (0.0, 50)


def test_the_field_that_fell_deepest_is_named() -> None:
    found = drift(day(seen=50, filled_salary=5, filled_company=40), BASE, "board")
    assert (found.value, found.says) == (0.7, "salary")


def test_a_field_that_was_rare_is_not_missed() -> None:
    found = drift(day(seen=50, filled_salary=40, filled_company=50), BASE, "board")
    assert found.says != "apply_url"


def test_without_a_base_there_is_no_drift() -> None:
    few = Counts({("seen", "board"): 49, ("filled.salary", "board"): 49})
    assert drift(day(seen=50), few, "board").value is None


def test_runs_that_bring_nothing_are_zero_yield() -> None:
    assert zero_yield(completed(3, empty=3), BASE, "board").value == 1.0
    assert zero_yield(completed(4, empty=3), BASE, "board").value == 0.75


def test_a_source_that_never_brought_much_is_not_missed() -> None:
    assert zero_yield(completed(3, empty=3), completed(10, empty=9), "board").value is None


def test_silence_is_measured_from_the_last_end_or_from_the_plan() -> None:
    planned = NOW - timedelta(days=10)
    assert silence(Planned("board", 2, planned, NOW - timedelta(hours=30)), NOW).value == 30.0
    assert silence(Planned("board", 2, planned, None), NOW).value == 240.0
    assert silence(Planned("board", 1, NOW - timedelta(hours=1), None), NOW).value == 1.0
