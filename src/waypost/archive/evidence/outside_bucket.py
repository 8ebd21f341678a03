"""Checkpoints in a bucket, below `CHECKPOINT_S3_PREFIX`; where the bucket locks, they are locked like records.

    <prefix>/<organisation>/<beginning>/0000000012/000000123456.checkpoint

Nothing in a bucket can be renamed, and what is locked cannot go: after a restored backup a new beginning is opened
beside the old one, and the last beginning by name counts.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waypost.archive.evidence.outside import OutsideAway, name_of, shelf_of, size_of
from waypost.archive.places.bucket import BucketPlace
from waypost.archive.places.marker import MARK, MARKER, FirstStart
from waypost.archive.places.refusals import NameTaken
from waypost.platform.errors import Refusal

FIRST = "begun"
OPENED = ".begun"


@dataclass(slots=True)
class BucketOutside:
    """The bucket, and who remembers that its marker was there."""

    place: BucketPlace
    first: FirstStart
    _seen: dict[str, int] = field(default_factory=dict)
    """The newest size of a beginning, where the next look goes on."""

    async def write(self, org: UUID, size: int, note: str) -> None:
        """Put unless one stands there, and read back."""
        async with _said():
            await self._known(make=True)
            folder = f"{await self._beginning(org)}/{shelf_of(size)}"
            with suppress(NameTaken):
                await self.place.put(folder, [(name_of(size), note.encode())], label=str(size))

    async def read(self, org: UUID, size: int) -> str:
        """Refuses without one."""
        async with _said():
            path = f"{await self._beginning(org)}/{shelf_of(size)}/{name_of(size)}"
            return (await self.place.read(path)).decode()

    async def newest(self, org: UUID) -> str | None:
        """The last by name of the last shelf."""
        async with _said():
            await self._known()
            home = await self._beginning(org)
            shelves = [one for one in await self.place.folders(home) if one.isdigit()]
            size = await self._last(home, shelves[-1]) if shelves else None
        return None if size is None else await self.read(org, size)

    async def sizes(self, org: UUID) -> set[int]:
        """Every name is listed."""
        async with _said():
            names = await self.place.names(await self._beginning(org))
        return {size for name in names if (size := size_of(name.rpartition("/")[2])) is not None}

    async def lay_aside(self, org: UUID, now: datetime) -> None:
        """A new beginning is opened."""
        async with _said():
            if await self.place.folders(str(org)):
                await self.place.keep(f"{org}/{FIRST}-{now:%Y%m%dT%H%M%SZ}/{OPENED}", b"")

    async def look(self) -> str:
        """Whether it answers and has its marker."""
        async with _said():
            await self._known()
            return f"{await self.place.look()}, {self.place.root}"

    async def close(self) -> None:
        """Give the connections back."""
        await self.place.close()

    async def _beginning(self, org: UUID) -> str:
        found = [one for one in await self.place.folders(str(org)) if one.startswith(FIRST)]
        return f"{org}/{found[-1] if found else FIRST}"

    async def _last(self, home: str, shelf: str) -> int | None:
        """From the one that was the newest at the last look; from the first one when that is gone."""
        known = self._seen.get(f"{home}/{shelf}", 0)
        names = await self.place.names(f"{home}/{shelf}", after=name_of(known - 1) if known else "")
        names = names or await self.place.names(f"{home}/{shelf}")
        size = max((size for name in names if (size := size_of(name)) is not None), default=None)
        self._seen[f"{home}/{shelf}"] = size or 0
        return size

    async def _known(self, *, make: bool = False) -> None:
        """Refuses when the marker was there once and is gone."""
        root = self.place.root
        if await self.place.exists(MARKER):
            await asyncio.to_thread(self.first.remember, root)
        elif await asyncio.to_thread(self.first.knows, root):
            raise OutsideAway("the bucket of checkpoints has lost its marker")
        elif make:
            await self.place.keep(MARKER, json.dumps(MARK).encode())
            await asyncio.to_thread(self.first.remember, root)


@asynccontextmanager
async def _said() -> AsyncIterator[None]:
    """Refusals of the bucket are errors of the outside, whatever their kind."""
    try:
        yield
    except Refusal as refusal:
        raise OutsideAway(refusal.detail) from refusal
