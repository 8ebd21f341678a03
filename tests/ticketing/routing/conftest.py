"""The office of the tickets' tests, a desk that reads a journal, and Alice, who may write rules."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from tests.ticketing.desk import MailDesk
from tests.ticketing.queues.conftest import alice
from tests.ticketing.tickets.conftest import Office, globex, office
from waypost.platform.access import MACHINE
from waypost.ticketing.messages.models import Occurrence, State
from waypost.ticketing.routing.applying import route
from waypost.ticketing.tickets.models import Ticket
from waypost.ticketing.tickets.stitch import stitch

__all__ = ["alice", "globex", "office"]


@dataclass(slots=True)
class Routing:
    """Acme's routing by its doors, and the mail that comes in by a journal."""

    office: Office
    alice: httpx2.AsyncClient

    @property
    def desk(self) -> MailDesk:
        return self.office.desk

    async def rule(self, name: str = "A rule", **fields: Any) -> dict[str, Any]:
        """A new rule."""
        answer = await self.alice.post("/tickets/routing/rules", json={"name": name, **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def allow(self, pattern: str) -> str:
        """A new pattern's id."""
        answer = await self.alice.post("/tickets/routing/allowlist", json={"pattern": pattern})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def queue(self, name: str = "Billing") -> str:
        """A new queue's id."""
        return str((await self.alice.post("/queues", json={"name": name})).json()["id"])

    async def simulate(self, recipient: str, sender: str, direction: str = "inbound") -> dict[str, Any]:
        """What Bob is told."""
        asked = {"recipient": recipient, "sender_email": sender, "direction": direction}
        answer = await self.office.bob.post("/tickets/routing/simulate", json=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ticket(self, ticket_id: UUID | str | None) -> Ticket:
        """As it stands."""
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            found = await work.db.get(Ticket, (self.desk.org, UUID(str(ticket_id))))
        assert found is not None
        return found

    async def copies(self) -> list[Occurrence]:
        """All copies in the order of their arrival."""
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            return list(await work.db.scalars(select(Occurrence).order_by(Occurrence.received_at)))

    async def finish(self) -> None:
        """What jobs would do with copies that went a step back."""
        while waiting := [copy.id for copy in await self.copies() if copy.state == State.PARSED]:
            async with self.desk.works.open(self.desk.org, MACHINE) as work:
                await stitch(work, waiting)
            async with self.desk.works.open(self.desk.org, MACHINE) as work:
                await route(work, waiting)

    async def events(self, ticket_id: UUID | str | None, event: str) -> list[dict[str, Any]]:
        """Data of the events of this type on a ticket."""
        told = (await self.office.get(f"/tickets/{ticket_id}"))["events"]
        return [one["event_data"] for one in told if one["event_type"] == event]


@pytest.fixture
async def routing(office: Office, alice: httpx2.AsyncClient) -> AsyncIterator[Routing]:
    """Mail comes by a journal: what counts is its own recipient."""
    await office.desk.receive([])
    office.desk.inbox = None
    yield Routing(office, alice)
