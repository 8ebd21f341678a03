"""When a replay stops and how fast it goes."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.console.operations.selections.pace import MOST, STREAK, longest_streak, pause, step_size, stopped_by

STATES = st.sampled_from(["succeeded", "failing", "dead", "waiting", "cancelled"])


def test_first_one_then_ten_then_at_the_rate() -> None:
    assert [step_size(step, 3_000) for step in range(4)] == [1, 10, 50, 50]
    assert [step_size(step, 120) for step in range(4)] == [1, 2, 2, 2]
    assert step_size(9, 60_000) == MOST
    assert (pause(3_000), pause(30)) == (timedelta(seconds=1), timedelta(seconds=2))


@given(step=st.integers(0, 1000), rate=st.integers(1, 60_000))
def test_no_rate_is_exceeded(step: int, rate: int) -> None:
    assert step_size(step, rate) <= max(1, rate * pause(rate) / timedelta(minutes=1)) + 1e-9


@pytest.mark.parametrize(
    ("states", "why"),
    [
        ([], None),
        (["failing"], "step 1: 1 failed again"),
        (["succeeded", "dead"], None),
        (["dead", "waiting", "dead"], None),
        (["dead"] * STREAK + ["waiting", *["succeeded"] * 20], f"step 1: {STREAK} in a row failed again"),
        (["dead", "succeeded"] * 9, None),
    ],
)
def test_it_stops_at_more_failures_than_successes_or_a_streak(states: list[str], why: str | None) -> None:
    assert stopped_by(states, 1) == why


@given(st.lists(STATES))
def test_a_streak_is_what_it_says(states: list[str]) -> None:
    ended = "".join(
        "x" if one in ("failing", "dead") else "." for one in states if one in ("failing", "dead", "succeeded")
    )
    assert longest_streak(states) == max(map(len, ended.split(".")))
