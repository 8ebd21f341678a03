"""A shelf in memory: for a preview, `scrape once` and tests; the scraper's own stands in its file."""

from dataclasses import dataclass, field
from datetime import datetime

from waypost.sourcing.fetching.hands import Kept


@dataclass(slots=True)
class MemoryShelf:
    """Forgets everything with its process, the oldest after `most` things."""

    most: int = 1_000
    things: dict[tuple[str, str], Kept] = field(default_factory=dict)

    async def get(self, kind: str, key: str) -> Kept | None:
        """What was put there."""
        return self.things.get((kind, key))

    async def put(self, kind: str, key: str, value: bytes, until: datetime) -> None:
        """Keep it."""
        self.things.pop((kind, key), None)
        self.things[(kind, key)] = Kept(value, until)
        while len(self.things) > self.most:
            self.things.pop(next(iter(self.things)))
