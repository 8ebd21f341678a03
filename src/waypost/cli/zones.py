"""Time zones as people type them."""

from zoneinfo import available_timezones

from waypost.platform.errors import Invalid


class NoSuchZone(Invalid):
    """There is no such time zone; they are written like Europe/Berlin."""


def checked_zone(name: str) -> str:
    """The name itself; refuses one that is not in the database of zones."""
    if name not in available_timezones():
        raise NoSuchZone
    return name
