"""Grants as values: when a request may leave, and when its slot is gone."""

from datetime import timedelta

import pytest

from tests.sourcing.fetching.companion import NOW, Clock
from waypost.sourcing.fetching.leaves import OwnLeave
from waypost.sourcing.fetching.timeline import Timeline
from waypost.sourcing.wire.report import HostNews
from waypost.sourcing.wire.task import Budget

HOST = "board.example"


def granted(slots: int, interval_ms: int = 1_000, after: float = 0) -> Timeline:
    """A timeline with one stretch."""
    made = Timeline()
    first = NOW + timedelta(seconds=after)
    made.note([Budget(host=HOST, first_at=first, interval_ms=interval_ms, slots=slots)], heard_at=NOW)
    return made


def at(seconds: float) -> object:
    return NOW + timedelta(seconds=seconds)


def test_the_nth_request_leaves_in_the_nth_slot() -> None:
    timeline, clock, left_at = granted(4), Clock(), []
    while (when := timeline.next(HOST, clock.now)) is not None:
        clock.now = max(clock.now, when)
        assert timeline.take(HOST, clock.now)
        left_at.append(clock.now)
    assert left_at == [at(n) for n in range(4)]


@pytest.mark.parametrize(("now", "following"), [(0.0, 0), (0.9, 0.9), (1.5, 1.5), (2.2, 2.2), (2.3, None), (9, None)])
def test_slots_that_passed_are_gone(now: float, following: float | None) -> None:
    """Of three slots the last one only punctually."""
    when = granted(3).next(HOST, NOW + timedelta(seconds=now))
    assert when == (None if following is None else at(following))


def test_a_late_request_does_not_hurry_the_next() -> None:
    timeline = granted(5)
    assert timeline.take(HOST, NOW + timedelta(seconds=0.8))
    assert timeline.next(HOST, NOW + timedelta(seconds=0.9)) == at(1.7)


def test_waking_up_late_does_not_add_up() -> None:
    timeline, now, count = granted(100), NOW, 0
    while (when := timeline.next(HOST, now)) is not None:
        now = max(now, when) + timedelta(seconds=0.05)
        assert timeline.take(HOST, now)
        count += 1
    assert (count, now) == (100, at(99.05))


def test_no_leave_no_request() -> None:
    assert Timeline().next(HOST, NOW) is None
    assert not Timeline().take(HOST, NOW)
    assert not granted(3, after=5).take(HOST, NOW)


def test_stretches_follow_each_other() -> None:
    timeline = granted(2)
    second = Budget(host=HOST, first_at=NOW + timedelta(seconds=10), interval_ms=1_000, slots=2)
    timeline.note([second], heard_at=NOW)
    assert timeline.left(HOST, NOW) == 4
    assert timeline.next(HOST, NOW + timedelta(seconds=4)) == at(10)


def test_a_longer_crawl_delay_wins() -> None:
    timeline = granted(9)
    timeline.delays[HOST] = timedelta(seconds=3)
    assert timeline.take(HOST, NOW)
    assert timeline.next(HOST, NOW) == at(3)


def test_another_clock_is_set_right() -> None:
    timeline = Timeline()
    theirs = NOW + timedelta(minutes=7)
    timeline.note([Budget(host=HOST, first_at=theirs, interval_ms=1_000, slots=2)], told_at=theirs, heard_at=NOW)
    assert timeline.next(HOST, NOW) == NOW


def test_a_grant_without_interval_lasts_a_minute() -> None:
    timeline = granted(2, interval_ms=0)
    assert timeline.next(HOST, NOW + timedelta(seconds=50)) == at(50)
    assert timeline.next(HOST, NOW + timedelta(seconds=70)) is None


@pytest.mark.anyio
async def test_own_leave_gives_each_stretch_once() -> None:
    clock = Clock()
    leave = OwnLeave(clock, 2_000)
    first, second = [(await leave.more(HostNews(host=HOST, wanted=3)))[0] for _ in range(2)]
    assert second.first_at - first.first_at == timedelta(seconds=6)
    shut = (NOW + timedelta(minutes=2)).isoformat()
    closed = (await leave.more(HostNews(host=HOST, wanted=3, closed_until=shut)))[0]
    assert (closed.slots, closed.closed_until) == (0, NOW + timedelta(minutes=2))
