"""Acme's desk and its doors, as the tickets' tests know them, and the archive's side of a ticket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pytest

from tests.ticketing.tickets.conftest import Office, globex, office
from waypost.archive.requests.origin import Case
from waypost.bridges.kept_tickets.origin import TicketOrigin
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.parts import Part
from waypost.platform.work import Work

__all__ = ["globex", "office"]


@dataclass(slots=True)
class Running:
    """A job's run without a queue: the same short works, the same parts."""

    house: House
    org: UUID
    job_ids: list[UUID] = field(default_factory=lambda: [new_id()])
    attempt: int = 1

    @property
    def now(self) -> datetime:
        return self.house.works.clock()

    def of(self, kind: type[Part]) -> Part:
        return self.house.parts.of(kind)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with self.house.works.open(self.org, MACHINE) as work:
            yield work

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[Work]:
        async with self.house.works.open(self.org, MACHINE) as work:
            yield work


@dataclass(slots=True)
class Bridge:
    """The ticket origin as the archive calls it, for Acme."""

    office: Office
    run: Running
    origin: TicketOrigin

    def case(self, ticket_id: str, *, forced: bool = False) -> Case:
        """A request's case."""
        return Case(new_id(), "ticket", "", ticket_id, forced=forced)


@pytest.fixture
def bridge(office: Office) -> Bridge:
    """Acme's."""
    product = office.product
    return Bridge(office, Running(product.house, product.cast.bob.org_id), TicketOrigin("http://desk.example"))
