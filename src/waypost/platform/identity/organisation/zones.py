"""Time zones as people type them, from the package in the lock: what is accepted here can be printed everywhere."""

from functools import cache
from importlib.resources import files

from waypost.platform.errors import Invalid


class NoSuchZone(Invalid):
    """There is no such time zone; they are written like Europe/Berlin."""


@cache
def known_zones() -> tuple[str, ...]:
    """All names, in order."""
    return tuple(sorted(files("tzdata").joinpath("zones").read_text(encoding="ascii").split()))


def checked_zone(name: str) -> str:
    """The name itself; refuses (422) one that is not in the database of zones."""
    if name not in known_zones():
        raise NoSuchZone
    return name
