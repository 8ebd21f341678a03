"""The one question: whether the same conversation was begun a moment ago."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.ticketing.outbound.models import Outgoing, Sending
from waypost.ticketing.tickets.models import Reason, Ticket


async def just_begun(
    db: AsyncSession, requester: str, digest: bytes, since: datetime
) -> tuple[Ticket, Outgoing] | None:
    """A ticket that this very mail opened; one that was taken back since is no twin."""
    chosen = (
        select(Ticket, Outgoing)
        .join(Outgoing, (Outgoing.org_id == Ticket.org_id) & (Outgoing.ticket_id == Ticket.id))
        .where(Ticket.requester_email == requester, Ticket.last_activity_at >= since, Ticket.created_at >= since)
        .where(Ticket.stitch_reason == Reason.OUTBOUND_SEND)
        .where(Outgoing.digest == digest, Outgoing.state != Sending.CANCELLED)
        .limit(1)
    )
    row = (await db.execute(chosen)).first()
    return (row[0], row[1]) if row else None
