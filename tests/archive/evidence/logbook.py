"""A log to try things on: entries, a keeper with a folder, and somebody who may rewrite everything."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from waypost.archive.evidence.actions import Leaf, append_many, note_walk
from waypost.archive.evidence.entries import Kind
from waypost.archive.evidence.keeper import Keeper, Verdict
from waypost.archive.evidence.notes import Notary
from waypost.archive.evidence.outside import Outside
from waypost.archive.evidence.outside_folder import FolderOutside
from waypost.archive.evidence.walking import Besides, Finding, Walk
from waypost.platform.access import MACHINE
from waypost.platform.work import Work, Works

SEEDS = (sha256(b"present").digest(), sha256(b"previous").digest())
START = datetime(2026, 11, 2, 9, 0, 0, 125_000, tzinfo=UTC)
Owner = psycopg.AsyncConnection[tuple[object, ...]]


@dataclass(slots=True)
class Clock:
    """A clock that a test moves."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(slots=True)
class Logbook:
    """One organisation's log and its outside."""

    works: Works
    org: UUID
    folder: Path
    seeds: tuple[bytes, ...] = SEEDS
    besides: Besides = field(default_factory=Besides)
    outside: Outside | None = None
    """Another place than the folder."""

    @property
    def keeper(self) -> Keeper:
        return Keeper(Notary(self.seeds), self.outside or FolderOutside(self.folder))

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with self.works.open(self.org, MACHINE) as work:
            yield work

    async def grow(self, count: int, kind: str = Kind.RECORD, **said: Any) -> list[Leaf]:
        async with self.work() as work:
            return await append_many(work, [(kind, {"number": number, **said}) for number in range(count)])

    async def checkpoint(self) -> Verdict:
        return await self.keeper.checkpoint(self.org, self.work)

    async def walk(self) -> list[Finding]:
        """As the nightly job does it."""
        await self.checkpoint()
        walk = Walk(self.org, self.keeper, self.besides)
        found = await walk.over(self.work)
        async with self.work() as work:
            await note_walk(work, walk.edge.size, [one.said() for one in found])
        return found


def folder_of(keeper: Keeper) -> Path:
    """Where a keeper has its folder."""
    assert isinstance(keeper.outside, FolderOutside)
    return keeper.outside.folder


Opens = Callable[[], AbstractAsyncContextManager[Work]]
