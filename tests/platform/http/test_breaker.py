"""The breaker opens by time: many failures in a short outage are still a short outage."""

from datetime import UTC, datetime, timedelta

import pytest

from waypost.platform.http.breaker import Breaker, Resting


class Hand:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def breaker(clock: Hand) -> Breaker:
    return Breaker(timedelta(minutes=2), timedelta(minutes=1), clock)


def test_many_failures_at_once_do_not_open_it() -> None:
    closed = breaker(Hand())
    for _ in range(1000):
        closed.failed("host")
    closed.ask("host")


def test_long_failure_opens_it_for_that_host_only() -> None:
    clock = Hand()
    opened = breaker(clock)
    opened.failed("host")
    clock.forward(121)
    opened.failed("host")
    opened.ask("other")
    with pytest.raises(Resting) as refused:
        opened.ask("host")
    assert refused.value.retry_after == timedelta(minutes=1)


def test_after_the_rest_one_probe_goes_out_and_success_closes_it() -> None:
    clock = Hand()
    opened = breaker(clock)
    opened.failed("host")
    clock.forward(121)
    opened.failed("host")
    clock.forward(61)
    opened.ask("host")
    with pytest.raises(Resting):
        opened.ask("host")
    opened.succeeded("host")
    opened.ask("host")
    opened.ask("host")


def test_a_success_in_between_starts_the_count_anew() -> None:
    clock = Hand()
    closed = breaker(clock)
    closed.failed("host")
    clock.forward(100)
    closed.succeeded("host")
    clock.forward(100)
    closed.failed("host")
    closed.ask("host")
