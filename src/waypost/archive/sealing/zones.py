"""Time zones from the package in the lock, never the system's: the same snapshot prints the same hours everywhere."""

from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


def is_zone(name: str) -> bool:
    """Whether there is such a zone."""
    try:
        zone(name)
    except (OSError, ValueError):
        return False
    return True


@cache
def zone(name: str) -> ZoneInfo:
    """A zone by its IANA name; ValueError or OSError when there is none."""
    parts = name.split("/")
    if not all(part and part.strip(".") and "\\" not in part for part in parts):
        raise ValueError(f"{name!r} is no name of a time zone")
    with files("tzdata.zoneinfo").joinpath(*parts).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def local(at: datetime, name: str) -> str:
    """`2026-11-22 09:05` there; a time without a zone is taken as UTC."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(zone(name)).strftime("%Y-%m-%d %H:%M")
