"""Questions about watchers and mentions; the two conditions are what views of the inbox are made of."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.ticketing.tickets.models import Ticket
from waypost.ticketing.tickets.watching.models import Mention, Watcher


def watched_by(person_id: UUID) -> ColumnElement[bool]:
    """Condition on `Ticket`: this person follows it."""
    return Ticket.id.in_(select(Watcher.ticket_id).where(Watcher.person_id == person_id))


def mentions(person_id: UUID) -> ColumnElement[bool]:
    """Condition on `Ticket`: a note names this person."""
    return Ticket.id.in_(select(Mention.ticket_id).where(Mention.person_id == person_id))


FOLLOWING = (
    select(Watcher.person_id).where(Watcher.ticket_id == bindparam("ticket_id")).order_by(Watcher.since, Watcher.id)
)


async def watchers(db: AsyncSession, ticket_id: UUID) -> list[UUID]:
    """Who follows a ticket, in the order in which they began."""
    return [row.person_id for row in await ask(db, FOLLOWING, {"ticket_id": ticket_id})]
