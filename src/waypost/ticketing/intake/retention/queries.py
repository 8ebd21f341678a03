"""Questions: which raw mails are old, and what names them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import among
from waypost.platform.storage.blobs import RAW
from waypost.platform.storage.models import Blob
from waypost.ticketing.intake.models import QuarantineItem, Settled
from waypost.ticketing.intake.retention.terms import Named
from waypost.ticketing.messages.models import Attachment, Message, Occurrence
from waypost.ticketing.outbound.models import Outgoing, Sending
from waypost.ticketing.tickets.models import Ticket, TicketMessage


@dataclass(frozen=True, slots=True)
class OldRaw:
    """Bytes of a mail that have been here for long enough."""

    blob_id: UUID
    size: int


async def old(db: AsyncSession, before: datetime, after: UUID | None, limit: int) -> list[OldRaw]:
    """Raw mails stored before then, those behind a blob's id, in the order of ids (which is that of time)."""
    chosen = select(Blob.id, Blob.size_bytes).where(Blob.kind == RAW, Blob.gone_at.is_(None), Blob.created_at < before)
    if after is not None:
        chosen = chosen.where(Blob.id > after)
    return [OldRaw(*row) for row in await db.execute(chosen.order_by(Blob.id).limit(limit))]


async def naming(db: AsyncSession, blob_ids: Collection[UUID]) -> Sequence[Named]:
    """Copies that came and messages that left with these bytes, and where they stand."""
    return [*await _came(db, blob_ids), *await _left(db, blob_ids)]


async def _came(db: AsyncSession, blob_ids: Collection[UUID]) -> list[Named]:
    o, said = Occurrence, func.coalesce(Message.same_as, Message.id)
    chosen = (
        select(o.raw_blob_id, Ticket.id, Ticket.status, o.state, QuarantineItem.settled_as)
        .outerjoin(Message, (Message.org_id == o.org_id) & (Message.id == o.message_id))
        .outerjoin(TicketMessage, (TicketMessage.org_id == o.org_id) & (TicketMessage.message_id == said))
        .outerjoin(Ticket, (Ticket.org_id == o.org_id) & (Ticket.id == TicketMessage.ticket_id))
        .outerjoin(QuarantineItem, (QuarantineItem.org_id == o.org_id) & (QuarantineItem.occurrence_id == o.id))
        .where(among(o.raw_blob_id, blob_ids))
    )
    rows = await db.execute(chosen)
    return [
        Named(blob_id, ticket_id, ticket, state, dismissed=settled == Settled.DISMISSED)
        for blob_id, ticket_id, ticket, state, settled in rows
        if blob_id
    ]


async def _left(db: AsyncSession, blob_ids: Collection[UUID]) -> list[Named]:
    joined = (Ticket.org_id == Outgoing.org_id) & (Ticket.id == Outgoing.ticket_id)
    chosen = select(Outgoing.raw_blob_id, Ticket.id, Ticket.status, Outgoing.state).outerjoin(Ticket, joined)
    rows = await db.execute(chosen.where(among(Outgoing.raw_blob_id, blob_ids)))
    return [Named(blob, ticket, status, sending=Sending(state)) for blob, ticket, status, state in rows if blob]


async def shown_as_files(db: AsyncSession, blob_ids: Collection[UUID]) -> set[UUID]:
    """Those that hang on a message as a file: a ticket made from the quarantine has nothing else."""
    return set(await db.scalars(select(Attachment.blob_id).where(among(Attachment.blob_id, blob_ids))))
