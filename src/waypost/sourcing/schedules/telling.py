"""When a schedule comes round, in a person's words: days and hours of the schedule's own zone."""

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date, format_time

from waypost.sourcing.schedules.rhythm import BadCron, BadZone, Rhythm

AHEAD = 5
"""Times that a preview names."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next times; none where the rhythm does not hold, and `wrong` names the field then."""

    zone: str
    times: tuple[str, ...] = ()
    wrong: str | None = None


def ahead(cron: str, timezone: str, now: datetime, locale: str, number: int = AHEAD) -> Ahead:
    """What a form shows under its fields, whatever was typed there."""
    try:
        rhythm = Rhythm.of(cron, timezone)
        found = rhythm.next(now, number)
    except BadZone:
        return Ahead(timezone, wrong="timezone")
    except BadCron:
        return Ahead(timezone, wrong="cron")
    return Ahead(timezone, tuple(worded(at.astimezone(rhythm.zone), locale) for at in found))


def worded(at: datetime, locale: str) -> str:
    """ "Monday, April 6, 2026, 6:00 AM"."""
    return f"{format_date(at, 'full', locale)}, {format_time(at, 'short', locale=locale)}"
