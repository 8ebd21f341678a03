"""Questions that only a bridge asks: what a ticket consists of, for the archive."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.bridges.kept_tickets.models import TicketArchived, TicketNotArchived
from waypost.platform.facts import KeptFact
from waypost.platform.rows import among
from waypost.platform.storage.models import Blob
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.outbound.models import Outgoing
from waypost.ticketing.tickets.conversation import Spoken, read
from waypost.ticketing.tickets.models import Status, Ticket, TicketClosed, TicketMessage

AT_ONCE = 100
"""Messages of one statement, with their bodies."""
MOST_EVENTS = 2_000


@dataclass(frozen=True, slots=True)
class Bytes:
    """Where the bytes of a file are."""

    sha256: str
    size: int
    key: str
    gone: bool = False
    """Removed when their time was over."""


def exemption(ticket: Ticket) -> str | None:
    """Why a ticket need never be kept; None when it may be."""
    if ticket.status == Status.SPAM:
        return "spam"
    return "merged" if ticket.message_count == 0 else None


async def conversation(db: AsyncSession, ticket_id: UUID) -> AsyncIterator[list[Spoken]]:
    """All messages with bodies, newest first, a handful at a time."""
    before: tuple[datetime, UUID] | None = None
    while spoken := await read(db, ticket_id, before=before, limit=AT_ONCE):
        yield spoken
        last = spoken[-1].row
        before = (last.at, last.link_id)


async def raw_messages(db: AsyncSession, ticket_id: UUID) -> dict[UUID, Bytes]:
    """The mails as they came in, or as they left, by message: of several copies the one that came first."""
    came = (
        select(Occurrence.message_id, Blob.sha256, Blob.size_bytes, Blob.storage_key, Blob.gone_at)
        .join(Blob, (Blob.org_id == Occurrence.org_id) & (Blob.id == Occurrence.raw_blob_id))
        .join(TicketMessage, _same_message(Occurrence))
        .where(TicketMessage.ticket_id == ticket_id)
        .order_by(Occurrence.is_duplicate.desc(), Occurrence.received_at.desc(), Occurrence.id.desc())
    )
    left = (
        select(Outgoing.message_id, Blob.sha256, Blob.size_bytes, Blob.storage_key, Blob.gone_at)
        .join(Blob, (Blob.org_id == Outgoing.org_id) & (Blob.id == Outgoing.raw_blob_id))
        .join(TicketMessage, _same_message(Outgoing))
        .where(TicketMessage.ticket_id == ticket_id)
    )
    rows = [*(await db.execute(came)).all(), *(await db.execute(left)).all()]
    return {said: Bytes(sha256.hex(), size, key, at is not None) for said, sha256, size, key, at in rows if said}


def _same_message(model: Any) -> Any:
    return (TicketMessage.org_id == model.org_id) & (TicketMessage.message_id == model.message_id)


async def stored(db: AsyncSession, blob_ids: Sequence[UUID]) -> dict[UUID, Bytes]:
    """Where attachments are, by the id of their blob."""
    chosen = select(Blob.id, Blob.sha256, Blob.size_bytes, Blob.storage_key).where(among(Blob.id, set(blob_ids)))
    rows = await db.execute(chosen) if blob_ids else ()
    return {blob_id: Bytes(sha256.hex(), size, key) for blob_id, sha256, size, key in rows}


async def closings(db: AsyncSession, ticket_id: UUID) -> Sequence[datetime]:
    """When the ticket was closed, each time."""
    chosen = select(KeptFact.at).where(KeptFact.thing_id == ticket_id, KeptFact.event == TicketClosed.wire())
    return (await db.scalars(chosen.order_by(KeptFact.at))).all()


async def was_told(db: AsyncSession, ticket_id: UUID, request_id: UUID) -> bool:
    """Whether the ticket's timeline says already how this request ended."""
    events = (TicketArchived.wire(), TicketNotArchived.wire())
    chosen = select(KeptFact.id).where(KeptFact.thing_id == ticket_id, KeptFact.event.in_(events))
    chosen = chosen.where(KeptFact.data["request_id"].astext == str(request_id))
    return await db.scalar(chosen.limit(1)) is not None
