"""One attempt at a job, with real works: for handlers whose own doing is looked at, not the queue's."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.parts import Part
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class OneJob:
    """What a handler holds."""

    house: House
    org: UUID
    job_ids: list[UUID] = field(default_factory=list)
    attempt: int = 1

    @property
    def now(self) -> datetime:
        """The house's clock."""
        return self.house.works.clock()

    def of(self, kind: type[Part]) -> Part:
        """A part of the house."""
        return self.house.parts.of(kind)

    def work(self) -> AbstractAsyncContextManager[Work]:
        """A short work."""
        return self._open()

    def finishing(self) -> AbstractAsyncContextManager[Work]:
        """The last one."""
        return self._open()

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Work]:
        async with self.house.works.open(self.org, MACHINE) as work:
            yield work
