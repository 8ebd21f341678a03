"""All that an outgoing mail is made of, read in one go before the call to the outside."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.storage.models import Blob
from waypost.ticketing.messages.models import Attachment, Content, Occurrence, RfcId, ThreadRef
from waypost.ticketing.outbound.models import Outgoing, SendIdentity
from waypost.ticketing.outbound.queries import identity, provider_of


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file of a message and where its bytes lie."""

    filename: str
    content_type: str
    storage_key: str


@dataclass(frozen=True, slots=True)
class Material:
    """All that an outgoing mail is made of."""

    outgoing: Outgoing
    identity: SendIdentity
    content: Content
    enclosures: list[Enclosure]
    raw_key: str | None
    provider: str | None
    thread_id: str | None


async def material(db: AsyncSession, sending: Outgoing) -> Material:
    """Everything that is needed outside of a transaction."""
    sender = await identity(db, sending.send_identity_id)
    content = (await db.scalars(select(Content).where(Content.message_id == sending.message_id))).one()
    raw_key = await db.scalar(select(Blob.storage_key).where(Blob.id == sending.raw_blob_id))
    provider = await provider_of(db, sender.mailbox_id) if sender.mailbox_id else None
    enclosures = await _enclosures(db, sending.message_id)
    thread_id = await _thread(db, sending.message_id, sender.mailbox_id) if sender.mailbox_id else None
    return Material(sending, sender, content, enclosures, raw_key, provider, thread_id)


async def _enclosures(db: AsyncSession, message_id: UUID) -> list[Enclosure]:
    chosen = (
        select(Attachment.filename, Attachment.content_type, Blob.storage_key)
        .join(Blob, (Blob.org_id == Attachment.org_id) & (Blob.id == Attachment.blob_id))
        .where(Attachment.message_id == message_id)
        .order_by(Attachment.ordinal)
    )
    return [Enclosure(*row) for row in await db.execute(chosen)]


async def _thread(db: AsyncSession, message_id: UUID, mailbox_id: UUID) -> str | None:
    """The provider's thread of what the message answers, in that mailbox."""
    named = (RfcId.org_id == ThreadRef.org_id) & (RfcId.mark == ThreadRef.mark)
    copies = (Occurrence.org_id == RfcId.org_id) & (Occurrence.message_id == RfcId.message_id)
    chosen = (
        select(Occurrence.thread_id)
        .select_from(ThreadRef)
        .join(RfcId, named)
        .join(Occurrence, copies)
        .where(ThreadRef.message_id == message_id)
        .where(Occurrence.mailbox_id == mailbox_id, Occurrence.thread_id.is_not(None))
    )
    return await db.scalar(chosen.order_by(Occurrence.received_at.desc()).limit(1))
