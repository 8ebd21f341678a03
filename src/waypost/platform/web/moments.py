"""Times and sizes as people read them: relative in lists, absolute on hover, in the organisation's zone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup

UNITS = ("B", "kB", "MB", "GB", "TB")


def telling(locale: str, zone: str, now: datetime) -> dict[str, Callable[..., Any]]:
    """What every page finds under these names, bound to one person's language and zone and to the time it was drawn.

    `ago(t)`: "3 minutes ago", the full time as title. `moment(t)`: the full time. `filesize(n)`: bytes with a unit.
    """

    def ago(at: datetime) -> Markup:
        return _ago(at, _rounded(at - now), zone, locale)

    def moment(at: datetime) -> Markup:
        return _time(at, _whole_of(at, zone, locale), "")

    return {"ago": ago, "moment": moment, "filesize": lambda size: filesize(size, locale)}


@lru_cache(maxsize=4096)
def _ago(at: datetime, away: int, zone: str, locale: str) -> Markup:
    return _time(at, _near(away, locale), f' title="{_whole_of(at, zone, locale)}"')


def _whole_of(at: datetime, zone: str, locale: str) -> str:
    return _whole(at.replace(second=0, microsecond=0), zone, locale)


@lru_cache(maxsize=4096)
def _whole(minute: datetime, zone: str, locale: str) -> str:
    local = minute.astimezone(known_zone(zone))
    return f"{format_date(local, 'medium', locale)}, {format_time(local, 'short', locale=locale)}"


def _rounded(away: timedelta) -> int:
    """Seconds, as exactly as the words will be: near moments by the second, far ones by the minute or the hour."""
    seconds = round(away.total_seconds())
    grain = 1 if abs(seconds) < 60 else 60 if abs(seconds) < 6 * 3600 else 3600
    return int(seconds / grain) * grain


@lru_cache(maxsize=4096)
def _near(seconds: int, locale: str) -> str:
    return str(format_timedelta(timedelta(seconds=seconds), add_direction=True, threshold=1.2, locale=locale))


def filesize(size: int, locale: str) -> str:
    """A number of bytes in powers of 1000, with one decimal from kB on."""
    left, unit = float(size), 0
    while left >= 1000 and unit < len(UNITS) - 1:
        left, unit = left / 1000, unit + 1
    return f"{format_decimal(left, '#,##0' if unit == 0 else '#,##0.#', locale=locale)}\N{NO-BREAK SPACE}{UNITS[unit]}"


@cache
def known_zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC for a name that this system's data does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _time(at: datetime, words: str, title: str) -> Markup:
    shown = f'<time datetime="{at.isoformat(timespec="seconds")}"{title}>{words}</time>'
    return Markup(shown)  # babel's words and an ISO time hold nothing to escape
