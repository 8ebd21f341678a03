"""When a report is tried again, and what an answer means (sourcing.md 2.4, 6)."""

import pytest

from waypost.sourcing.scraper.pacing import GIVEN_UP_AFTER, PERMANENT, TRANSIENT, Pace, is_given_up, kind_of, pause
from waypost.sourcing.scraper.pacing import quick_delay as delay


@pytest.mark.parametrize(("made", "expected"), [(1, 500), (2, 1_000), (3, 2_000), (10, 10_000), (1_000, 10_000)])
def test_the_delay_doubles_to_its_limit(made: int, expected: int) -> None:
    assert delay(Pace(backoff=500, most=10_000, jitter=0), made, 0.7) == expected


@pytest.mark.parametrize(("chance", "expected"), [(0.0, 1_600), (0.5, 2_000), (1.0, 2_400)])
def test_chance_adds_or_takes_its_share(chance: float, expected: int) -> None:
    assert delay(Pace(backoff=1_000, jitter=0.2), 2, chance) == expected


def test_it_never_falls_below_nothing() -> None:
    assert delay(Pace(backoff=100, jitter=1.0), 1, 0.0) == 0


def test_minutes_and_hours_follow_the_quick_attempts() -> None:
    pace = Pace(attempts=3, backoff=1_000, jitter=0)
    assert [pause(pace, made, 0.5) for made in range(1, 9)] == [1, 2, 60, 300, 900, 3_600, 3_600, 3_600]


def test_whoever_tells_us_to_wait_is_obeyed() -> None:
    assert pause(Pace(jitter=0), 1, 0.5, told=120) == 120
    assert pause(Pace(jitter=0), 5, 0.5, told=120) == 900


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 422, 301])
def test_some_answers_are_final(status: int) -> None:
    assert kind_of(status) == PERMANENT


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_others_may_change(status: int) -> None:
    assert kind_of(status) == TRANSIENT


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_taken(status: int) -> None:
    assert kind_of(status) is None


def test_a_day_is_long_enough() -> None:
    assert not is_given_up(0, GIVEN_UP_AFTER - 1) and is_given_up(0, GIVEN_UP_AFTER)
