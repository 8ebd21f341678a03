"""Objectives: shares, quantiles, what is left of an allowance, and the line that is drawn."""

from datetime import date, timedelta

from waypost.sourcing.watching.figures.queries import Counts
from waypost.sourcing.watching.objectives.drawing import burnt
from waypost.sourcing.watching.objectives.slo import (
    AVAILABILITY,
    CALLBACKS,
    COMPLETION,
    DAYS,
    LATENCY,
    OBJECTIVES,
    Slo,
    objectives,
    p95,
)

TODAY = date(2026, 11, 22)


def counts(**said: int) -> Counts:
    return Counts({(name.replace("__", "."), ""): n for name, n in said.items()})


def measured(days: dict[date, Counts], dead: dict[date, int] | None = None) -> dict[str, Slo]:
    return {each.key: each for each in objectives(days, dead or {})}


def test_the_four_promises_are_those_of_the_document() -> None:
    assert OBJECTIVES == {AVAILABILITY: 0.995, CALLBACKS: 0.99, COMPLETION: 0.95, LATENCY: 0.6}


def test_nothing_measured_is_nothing_said() -> None:
    assert {each.actual for each in measured({}).values()} == {None}
    assert {each.budget_left for each in measured({}).values()} == {None}


def test_half_of_the_allowed_faults_leave_half_of_the_budget() -> None:
    found = measured({TODAY: counts(answers=10_000, answers__faults=25)})[AVAILABILITY]
    assert (found.actual, found.budget_left, found.volume) == (0.9975, 0.5, 10_000)


def test_a_broken_promise_is_below_zero() -> None:
    found = measured({TODAY: counts(answers=1_000, answers__faults=10)})[AVAILABILITY]
    assert found.budget_left == -1.0


def test_dead_letters_and_rejections_are_callbacks_that_did_not_arrive() -> None:
    day = counts(deliveries=990, deliveries__rejected=4)
    found = measured({TODAY: day}, {TODAY: 10})[CALLBACKS]
    assert (found.volume, found.actual) == (1_000, 0.986)


def test_a_replayed_run_did_not_complete_by_itself() -> None:
    day = counts(fresh__completed=19, fresh__failed=1, fresh__unaided=18)
    assert measured({TODAY: day})[COMPLETION].actual == 0.9


def test_p95_lies_within_its_bound() -> None:
    quick = counts(answers=100, answers__within__1=90, answers__within__4=10)
    assert p95([quick]) == 0.425
    assert p95([counts(answers=100, answers__within__1=100)]) == 0.0475
    assert p95([counts(answers=100, answers__within__1=10)]) == 10.0
    assert p95([]) is None


def test_slow_answers_use_up_the_allowance_of_quickness() -> None:
    found = measured({TODAY: counts(answers=100, answers__within__1=95, answers__within__7=5)})[LATENCY]
    assert found.budget_left == 0.0


def test_the_line_has_a_point_for_each_day_and_ends_at_what_is_left() -> None:
    days = {
        TODAY - timedelta(days=3): counts(answers=1_000, answers__faults=2),
        TODAY: counts(answers=1_000, answers__faults=3),
    }
    slo = measured(days)[AVAILABILITY]
    line = burnt(slo, TODAY)
    assert line is not None and len(line.days) == DAYS == len(line.points.split())
    assert line.days[-1] == (TODAY, slo.budget_left, 3) and line.days[0][1] == 1.0
