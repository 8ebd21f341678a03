"""What the senders of a batch wrote before: the question behind `senders`."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import among
from waypost.ticketing.messages.models import Direction, Message
from waypost.ticketing.tickets.models import Status, Ticket, TicketMessage
from waypost.ticketing.tickets.senders import HOUR, asks_about_sender
from waypost.ticketing.tickets.threads import Earlier, Newcomer, Threads

EARLIER_ASKED = 500


async def earlier_into(db: AsyncSession, threads: Threads, newcomers: Iterable[Newcomer]) -> None:
    """Tickets that the same people opened within the policy's time; only asked where they matter."""
    asking = [new for new in newcomers if asks_about_sender(new, threads)]
    if not asking:
        return
    window, times = max(threads.policy.window, HOUR), [new.received_at for new in asking]
    answers = (
        select(TicketMessage.id)
        .join(Message, (Message.org_id == TicketMessage.org_id) & (Message.id == TicketMessage.message_id))
        .where(TicketMessage.ticket_id == Ticket.id, Message.direction == Direction.OUTBOUND)
    )
    settled = answers.exists() | (Ticket.status == Status.SPAM)
    chosen = (
        select(Ticket.requester_email, Ticket.id, Ticket.subject_norm, Ticket.last_activity_at, settled)
        .where(
            among(Ticket.requester_email, {new.requester for new in asking}),
            Ticket.last_activity_at.between(min(times) - window, max(times) + window),
            Ticket.message_count > 0,
        )
        .order_by(Ticket.last_activity_at.desc(), Ticket.id.desc())
        .limit(EARLIER_ASKED)
    )
    for requester, ticket_id, subject, at, is_answered in reversed((await db.execute(chosen)).all()):
        threads.earlier_of[requester or ""].append(Earlier(ticket_id, subject, at, is_answered))
        threads.subject_of[ticket_id] = subject
