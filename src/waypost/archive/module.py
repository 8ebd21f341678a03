"""The face of the archive for every process: its outside clients and its jobs. Its doors are beside it (doors.py)."""

from types import ModuleType

from waypost.archive.requests.origin import Origins
from waypost.platform.parts import Parts

JOBS: tuple[ModuleType, ...] = ()
"""Imported so that their declarations stand."""


def furnish(parts: Parts) -> None:
    """What this module's doors and jobs find in the process."""
    parts.add(Origins())


async def close(parts: Parts) -> None:
    """Give back what is open."""
