"""When the storage is swept: soon after a process starts, then once a day, whoever asks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from waypost.archive.places.shelf import Shelf

PAUSE, AGE = timedelta(days=1), timedelta(hours=1)


@dataclass(slots=True)
class Sweeper:
    """A part of a worker; organisations share one storage, so it is swept for all of them at once."""

    shelf: Shelf
    _swept_at: datetime | None = field(default=None)

    async def sweep(self, now: datetime) -> int:
        """How many folders of died writers went; what is younger than an hour may still be written to."""
        if self._swept_at is not None and now - self._swept_at < PAUSE:
            return 0
        count = await self.shelf.sweep(now - AGE)
        self._swept_at = now
        return count
