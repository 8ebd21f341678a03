"""Checkpoints outside the database: one small file for each, written once, by organisation.

    <organisation>/0000000012/000000123456.checkpoint

The numbers are the log's size (and its ten thousands), so the newest is the last by name. Whoever rewrites the database
would have to rewrite these as well, and cannot sign them without the root secret. Keep them on another machine, best
where things can only be added. They stand in a folder (`outside_folder.py`) or in a bucket (`outside_bucket.py`).
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

SUFFIX = ".checkpoint"
A_SHELF = 10_000
"""Sizes that share one folder."""


class OutsideAway(OSError):
    """Where checkpoints are kept does not answer, or is not the place that it was."""


class Outside(Protocol):
    """The place. Every call may refuse with an `OSError`; none is made while a work is open."""

    async def write(self, org: UUID, size: int, note: str) -> None:
        """Keep a note for good: safe before this returns. One of the same size that stands already stays."""
        ...

    async def read(self, org: UUID, size: int) -> str:
        """The note of exactly this size."""
        ...

    async def newest(self, org: UUID) -> str | None:
        """The note of the largest size; None before the first."""
        ...

    async def sizes(self, org: UUID) -> set[int]:
        """All sizes that have a note."""
        ...

    async def lay_aside(self, org: UUID, now: datetime) -> None:
        """From now on the organisation's notes begin anew; nothing is removed. Without one nothing happens."""
        ...

    async def look(self) -> str:
        """A short word for operators; refuses where nothing could be kept now."""
        ...

    async def close(self) -> None:
        """Give back what is open."""
        ...


def shelf_of(size: int) -> str:
    """The folder of a note."""
    return f"{size // A_SHELF:010}"


def name_of(size: int) -> str:
    """The name of a note."""
    return f"{size:012}{SUFFIX}"


def size_of(name: str) -> int | None:
    """The size that a name says; None for a name that is none of ours."""
    number = name.removesuffix(SUFFIX)
    return int(number) if name.endswith(SUFFIX) and number.isdigit() else None
