"""What people look at before they rearrange: candidates, and a ticket at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.ticketing.rearranging.actions import MOST_PICKED
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.linked import by_code, earlier_of
from waypost.ticketing.tickets.models import Ticket
from waypost.ticketing.tickets.queries import Filters

FOUND = 10
GLANCED = 6


@dataclass(frozen=True, slots=True)
class Glance:
    """A ticket and its newest messages, oldest first."""

    ticket: Ticket
    messages: Sequence[Any]


async def candidates(db: AsyncSession, ticket: Ticket, q: str) -> list[Any]:
    """What the words find, else the requester's other tickets; a number finds the ticket it leads to."""
    if not q.strip():
        return list(await earlier_of(db, ticket, limit=FOUND))
    named = await by_code(db, q)
    if named:
        return [one for one in [await tickets.by_id(db, named)] if one.id != ticket.id]
    rows = await tickets.page(db, Filters(q=q), limit=FOUND)
    return [row for row in rows if row.id != ticket.id][:FOUND]


async def beside(db: AsyncSession, ticket: Ticket) -> Glance:
    """One side."""
    newest = await tickets.messages(db, ticket.id, limit=GLANCED, bodies=False)
    return Glance(ticket, list(reversed(newest)))


async def heads(db: AsyncSession, ticket_id: UUID) -> list[Any]:
    """Messages to pick from, oldest first, the newest 500."""
    newest = await tickets.messages(db, ticket_id, limit=MOST_PICKED, bodies=False)
    return list(reversed(newest))
