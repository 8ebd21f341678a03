"""When a schedule comes round: the documented examples, and the two odd nights of a year."""

from datetime import UTC, datetime

import pytest

from waypost.sourcing.schedules.rhythm import BadCron, BadZone, Rhythm


def at(text: str) -> datetime:
    """A moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("cron", "zone", "since", "then"),
    [
        ("0 6 * * 1-5", "Europe/Warsaw", "2026-04-03T10:00:01Z", "2026-04-06T04:00Z"),
        ("0 9 * * *", "Europe/Warsaw", "2026-04-03T12:18Z", "2026-04-04T07:00Z"),
        ("*/15 * * * *", "UTC", "2026-04-03T12:15Z", "2026-04-03T12:30Z"),
        ("0 0 * * 7", "UTC", "2026-04-03T12:15Z", "2026-04-05T00:00Z"),
        ("0 0 * * 0", "UTC", "2026-04-03T12:15Z", "2026-04-05T00:00Z"),
        ("30 8 1 * *", "UTC", "2026-04-03T12:15Z", "2026-05-01T08:30Z"),
        ("0 12 29 2 *", "UTC", "2026-04-03T12:15Z", "2028-02-29T12:00Z"),
        ("30 2 * * *", "Europe/Warsaw", "2026-03-28T12:00Z", "2026-03-29T01:00Z"),
        ("30 2 * * *", "Europe/Warsaw", "2026-10-24T12:00Z", "2026-10-25T00:30Z"),
        ("30 2 * * *", "Europe/Warsaw", "2026-10-25T00:30Z", "2026-10-26T01:30Z"),
        (" 0  9 * *   * ", "UTC", "2026-04-03T12:18Z", "2026-04-04T09:00Z"),
    ],
)
def test_next_time(cron: str, zone: str, since: str, then: str) -> None:
    assert Rhythm.of(cron, zone).after(at(since)) == at(then)


def test_several_times_ahead() -> None:
    found = Rhythm.of("0 9 * * 1-5", "Europe/Warsaw").next(at("2026-04-03T12:18Z"), 3)
    assert found == [at("2026-04-06T07:00Z"), at("2026-04-07T07:00Z"), at("2026-04-08T07:00Z")]


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "daily",
        "@daily",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "0 24 * * *",
        "0 0 30 2 *",
        "*/0 * * * *",
        "0 9 * * 8",
        "0 9 * * 1-",
        "0 9 * * 5-1",
        "é * * * *",
        "0 9 * * *; drop",
        "0," * 80 + "0 9 * * *",
    ],
)
def test_what_is_no_cron(cron: str) -> None:
    with pytest.raises(BadCron):
        Rhythm.of(cron, "UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe", "\0"])
def test_what_is_no_zone(zone: str) -> None:
    with pytest.raises(BadZone):
        Rhythm.of("0 9 * * *", zone)
