"""Conversations at Acme's desk, and a person who puts them right."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.ticketing.desk import MailDesk
from waypost.platform.access import MACHINE, Actor
from waypost.platform.work import Work
from waypost.ticketing.tickets.models import Participant, Ticket, TicketMessage

ByHand = Callable[[], AbstractAsyncContextManager[Work]]


@pytest.fixture
def by_hand(desk: MailDesk, alice: Actor) -> ByHand:
    """Opens a work of a person's."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Work]:
        async with desk.works.open(desk.org, alice) as work:
            yield work

    return opened


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket as tests look at it."""

    ticket: Ticket
    messages: tuple[UUID, ...]
    people: set[str]


async def seen(desk: MailDesk, ticket_id: UUID) -> Seen:
    """Its row, its messages in the order of the thread, its people."""
    async with desk.works.open(desk.org, MACHINE, reads=True) as work:
        ticket = await work.db.scalar(select(Ticket).where(Ticket.id == ticket_id))
        assert ticket is not None
        order = select(TicketMessage.message_id).where(TicketMessage.ticket_id == ticket_id)
        messages = await work.db.scalars(order.order_by(TicketMessage.at, TicketMessage.id))
        people = await work.db.scalars(select(Participant.address).where(Participant.ticket_id == ticket_id))
        return Seen(ticket, tuple(messages), set(people))
