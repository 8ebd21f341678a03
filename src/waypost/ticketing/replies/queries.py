"""Questions about what a reply answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import Invalid
from waypost.platform.rows import among
from waypost.platform.storage.blobs import ATTACHMENT
from waypost.platform.storage.models import Blob
from waypost.ticketing.messages.models import AddressKind, Attachment, Content, Message, OwnAddress
from waypost.ticketing.tickets.models import Note, Participant, TicketMessage

NOTHING = UUID(int=0)
NEWS_SHOWN = 20


class FileMissing(Invalid):
    """One of the files is not here any more; add it again."""


@dataclass(frozen=True, slots=True)
class Parent:
    """The message that a reply answers: the newest one of the customer, else the newest one."""

    rfc_message_id: str | None
    headers: dict[str, list[str]]
    language: str
    direction: str


async def parent(db: AsyncSession, ticket_id: UUID) -> Parent | None:
    """None while the conversation has no message with an id of its own."""
    chosen = (
        select(Message.rfc_message_id, Content.headers, Content.language, Message.direction)
        .join(TicketMessage, (TicketMessage.org_id == Message.org_id) & (TicketMessage.message_id == Message.id))
        .join(Content, (Content.org_id == Message.org_id) & (Content.message_id == Message.id))
        .where(TicketMessage.ticket_id == ticket_id, Message.rfc_message_id.is_not(None))
        .where(~Content.traits.overlap(["bounce", "auto"]))
        .order_by(Message.direction, TicketMessage.at.desc(), TicketMessage.id.desc())
        .limit(1)
    )
    row = (await db.execute(chosen)).first()
    return Parent(*row) if row else None


@dataclass(frozen=True, slots=True)
class ThreadVersion:
    """The newest message and note of a conversation: what a reply is written against. On the wire `LINK.NOTE`."""

    link_id: UUID
    note_id: UUID

    def __str__(self) -> str:
        return f"{self.link_id.hex}.{self.note_id.hex}"


class VersionUnreadable(Invalid):
    """This is not a version of a thread."""


def parse_version(text: str) -> ThreadVersion:
    """Refuses with `VersionUnreadable`."""
    link, _, note = text.partition(".")
    try:
        return ThreadVersion(UUID(link), UUID(note))
    except ValueError:
        raise VersionUnreadable from None


async def thread_version(db: AsyncSession, ticket_id: UUID) -> ThreadVersion:
    """As it stands now; ids grow with time, so the greatest is the newest."""
    link = select(TicketMessage.id).where(TicketMessage.ticket_id == ticket_id).order_by(TicketMessage.id.desc())
    note = select(Note.id).where(Note.ticket_id == ticket_id).order_by(Note.id.desc())
    newest = await db.execute(select(link.limit(1).scalar_subquery(), note.limit(1).scalar_subquery()))
    link_id, note_id = newest.one()
    return ThreadVersion(link_id or NOTHING, note_id or NOTHING)


@dataclass(frozen=True, slots=True)
class News:
    """Messages and notes of others that came after a version; ids in the order they came, a bounded number."""

    message_ids: list[UUID]
    note_ids: list[UUID]

    def __bool__(self) -> bool:
        return bool(self.message_ids or self.note_ids)


async def news_since(db: AsyncSession, ticket_id: UUID, seen: ThreadVersion, reader: UUID | None) -> News:
    """What the writer of a reply has not seen; their own notes are no news to them."""
    messages = select(TicketMessage.message_id).where(
        TicketMessage.ticket_id == ticket_id, TicketMessage.id > seen.link_id
    )
    notes = select(Note.id).where(Note.ticket_id == ticket_id, Note.id > seen.note_id)
    notes = notes.where(Note.author_user_id.is_distinct_from(reader))
    return News(
        list(await db.scalars(messages.order_by(TicketMessage.id).limit(NEWS_SHOWN))),
        list(await db.scalars(notes.order_by(Note.id).limit(NEWS_SHOWN))),
    )


async def journals(db: AsyncSession) -> set[str]:
    """Addresses of our journals: nobody writes there."""
    return set(await db.scalars(select(OwnAddress.address).where(OwnAddress.kind == AddressKind.JOURNAL)))


async def blobs(db: AsyncSession, blob_ids: Collection[UUID]) -> dict[UUID, Blob]:
    """Stored attachments by id. Refuses with `FileMissing` when one is not there."""
    found = {blob.id: blob for blob in await db.scalars(select(Blob).where(among(Blob.id, blob_ids)))}
    if any(one not in found or found[one].kind != ATTACHMENT for one in blob_ids):
        raise FileMissing
    return found


async def attachments(db: AsyncSession, message_id: UUID) -> Sequence[Attachment]:
    """In their order."""
    chosen = select(Attachment).where(Attachment.message_id == message_id).order_by(Attachment.ordinal)
    return (await db.scalars(chosen)).all()


async def ticket_of(db: AsyncSession, message_id: UUID) -> UUID | None:
    """Where a message is; None when it is nowhere."""
    return await db.scalar(select(TicketMessage.ticket_id).where(TicketMessage.message_id == message_id))


async def content(db: AsyncSession, message_id: UUID) -> Content:
    """What a message says."""
    return (await db.scalars(select(Content).where(Content.message_id == message_id))).one()


async def newest(db: AsyncSession, ticket_id: UUID) -> tuple[TicketMessage, str] | None:
    """The last message of a conversation and its first words."""
    chosen = (
        select(TicketMessage, Content.snippet)
        .join(Content, (Content.org_id == TicketMessage.org_id) & (Content.message_id == TicketMessage.message_id))
        .where(TicketMessage.ticket_id == ticket_id)
    )
    row = (await db.execute(chosen.order_by(TicketMessage.at.desc(), TicketMessage.id.desc()).limit(1))).first()
    return (row[0], row[1]) if row else None


async def people(db: AsyncSession, ticket_id: UUID, addresses: Collection[str]) -> set[str]:
    """Those of some addresses that take part already."""
    chosen = select(Participant.address).where(
        Participant.ticket_id == ticket_id, among(Participant.address, addresses)
    )
    return set(await db.scalars(chosen))
