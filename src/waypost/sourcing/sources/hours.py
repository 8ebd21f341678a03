"""When a source may be asked: its crawl window, by the clock of its own zone. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from waypost.sourcing.sources.models import Source

DAY = 24 * 60
"""Minutes."""


def is_open(source: Source, now: datetime) -> bool:
    """Whether `now` lies within the window; always without one, and where it begins as it ends."""
    if source.window_from is None or source.window_until is None or source.window_from == source.window_until:
        return True
    here = now.astimezone(ZoneInfo(source.window_zone))
    minute = here.hour * 60 + here.minute
    if source.window_from < source.window_until:
        return source.window_from <= minute < source.window_until
    return minute >= source.window_from or minute < source.window_until


def opens_at(source: Source, now: datetime) -> datetime:
    """`now` within the window, else its next beginning by the clock on the wall."""
    if is_open(source, now) or source.window_from is None:
        return now
    here = now.astimezone(ZoneInfo(source.window_zone))
    hour, minute = divmod(source.window_from, 60)
    begins = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    later = begins if begins > here else begins + timedelta(days=1)
    return later.astimezone(now.tzinfo)
