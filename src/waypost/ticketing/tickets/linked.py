"""Questions about tickets that know of each other: neighbours, and where the number of a merged one leads."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

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


async def neighbours(db: AsyncSession, ticket_id: UUID, *, limit: int = 20) -> list[Neighbour]:
    """Tickets linked to this one, in both directions."""
    out = select(TicketLink.other_id.label("id"), TicketLink.kind, literal(True).label("outgoing")).where(
        TicketLink.ticket_id == ticket_id
    )
    back = select(TicketLink.ticket_id.label("id"), TicketLink.kind, literal(False).label("outgoing")).where(
        TicketLink.other_id == ticket_id
    )
    links = union_all(out, back).subquery()
    rows = await db.execute(
        select(Ticket.id, Ticket.ticket_code, Ticket.subject, Ticket.status, links.c.kind, links.c.outgoing)
        .join(links, links.c.id == Ticket.id)
        .order_by(Ticket.last_activity_at.desc())
        .limit(limit)
    )
    return [Neighbour(*row) for row in rows]


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
