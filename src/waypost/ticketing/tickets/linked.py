"""Questions about tickets that know of each other: neighbours, others of one person, where a merged one leads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.ticketing.tickets.models import LinkKind, Ticket, TicketLink

CODE = re.compile(r"tkt-[a-z2-7]{16}")
HOPS = 20
"""A ticket that was merged into one that was merged … so often at most."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A linked ticket, as seen from one side."""

    id: UUID
    ticket_code: str
    subject: str | None
    status: str
    kind: str
    outgoing: bool


HERE = bindparam("ticket_id", type_=TicketLink.ticket_id.type)
LINKS = union_all(
    select(TicketLink.other_id.label("id"), TicketLink.kind, literal(True).label("outgoing")).where(
        TicketLink.ticket_id == HERE
    ),
    select(TicketLink.ticket_id.label("id"), TicketLink.kind, literal(False).label("outgoing")).where(
        TicketLink.other_id == HERE
    ),
).subquery()
NEIGHBOURS = (
    select(Ticket.id, Ticket.ticket_code, Ticket.subject, Ticket.status, LINKS.c.kind, LINKS.c.outgoing)
    .join(LINKS, LINKS.c.id == Ticket.id)
    .order_by(Ticket.last_activity_at.desc())
    .limit(bindparam("most"))
)


async def neighbours(db: AsyncSession, ticket_id: UUID, *, limit: int = 20) -> list[Neighbour]:
    """Tickets linked to this one, in both directions."""
    return [Neighbour(*row) for row in await ask(db, NEIGHBOURS, {"ticket_id": ticket_id, "most": limit})]


EARLIER = (
    select(Ticket.id, Ticket.ticket_code, Ticket.subject, Ticket.status, Ticket.last_activity_at)
    .where(Ticket.requester_email == bindparam("email"), Ticket.id != bindparam("ticket_id"), Ticket.message_count > 0)
    .order_by(Ticket.last_activity_at.desc())
    .limit(bindparam("most"))
)


async def earlier_of(db: AsyncSession, ticket: Ticket, *, limit: int = 5) -> Sequence[Any]:
    """Other tickets of the same requester, newest first."""
    if not ticket.requester_email:
        return ()
    return await ask(db, EARLIER, {"email": ticket.requester_email, "ticket_id": ticket.id, "most": limit})


async def leads_to(db: AsyncSession, ticket_id: UUID) -> UUID:
    """The ticket itself, or the one that it became part of, however often that happened again."""
    here = ticket_id
    for _ in range(HOPS):
        chosen = (
            select(TicketLink.other_id)
            .join(Ticket, Ticket.id == TicketLink.ticket_id)
            .where(TicketLink.ticket_id == here, TicketLink.kind == LinkKind.MERGED_INTO, Ticket.message_count == 0)
            .order_by(TicketLink.created_at.desc(), TicketLink.id.desc())
            .limit(1)
        )
        there = await db.scalar(chosen)
        if there is None:
            break
        here = there
    return here


async def by_code(db: AsyncSession, text: str) -> UUID | None:
    """The ticket that a number names today: the whole one when it became part of another; None: no such number."""
    code = text.strip().lower()
    if not CODE.fullmatch(code):
        return None
    found = await db.scalar(select(Ticket.id).where(Ticket.ticket_code == code))
    return await leads_to(db, found) if found else None


async def todays_number(db: AsyncSession, question: str) -> str:
    """The number of the whole, where the question is the number of a ticket that became part of it; else as asked."""
    found = await by_code(db, question)
    code = await db.scalar(select(Ticket.ticket_code).where(Ticket.id == found)) if found else None
    return code or question
