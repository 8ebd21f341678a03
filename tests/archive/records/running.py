"""A job's run without a queue: the same short works, the same parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.parts import Part
from waypost.platform.work import Work


@dataclass(slots=True)
class Running:
    """One attempt at one job of an organisation."""

    house: House
    org: UUID
    job_ids: list[UUID] = field(default_factory=lambda: [new_id()])
    attempt: int = 1

    @property
    def now(self) -> datetime:
        """The house's clock."""
        return self.house.works.clock()

    def of(self, kind: type[Part]) -> Part:
        """The house's part."""
        return self.house.parts.of(kind)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """A short work of the machine."""
        async with self.house.works.open(self.org, MACHINE) as work:
            yield work

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[Work]:
        """The same: there is no queue to tell."""
        async with self.house.works.open(self.org, MACHINE) as work:
            yield work
