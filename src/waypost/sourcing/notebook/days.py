"""Days as people type them, in the organisation's zone."""

from datetime import UTC, datetime, time

from waypost.platform.errors import Invalid
from waypost.platform.web.moments import known_zone

MORNING = time(8)
"""When a follow-up of that day is due."""


class DayUnreadable(Invalid):
    """Write a day as 2026-11-22."""


def morning_of(typed: str, zone: str) -> datetime | None:
    """The morning of a typed day; None for nothing. Refuses what is no day (422)."""
    if not typed.strip():
        return None
    try:
        day = datetime.strptime(typed.strip(), "%Y-%m-%d").date()
        return datetime.combine(day, MORNING, known_zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise DayUnreadable(errors=[{"field": "follow_up", "msg": "write a day as 2026-11-22"}]) from None


def day_of(at: datetime | None, zone: str) -> str:
    """The day again; "" for none."""
    return at.astimezone(known_zone(zone)).strftime("%Y-%m-%d") if at else ""
