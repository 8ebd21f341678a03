"""Questions about drafts, and about what they answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.ticketing.messages.models import Content, Message
from waypost.ticketing.replies.drafts.models import Draft, DraftFile
from waypost.ticketing.tickets.models import Note, Participant, TicketMessage

SUGGESTED = 100
FILES_SHOWN = 50
QUOTED = 20_000
"""Characters of history that a reply repeats at most."""


class DraftNotFound(NotFound):
    """There is no such draft of yours."""


async def of(db: AsyncSession, ticket_id: UUID, person_id: UUID, *, lock: bool = False) -> Draft | None:
    """A person's draft at a ticket, also one that was sent or discarded."""
    chosen = select(Draft).where(Draft.ticket_id == ticket_id, Draft.person_id == person_id)
    return await db.scalar(chosen.with_for_update() if lock else chosen)


async def files(db: AsyncSession, draft_id: UUID) -> Sequence[DraftFile]:
    """What is to go along, in the order in which it was added."""
    chosen = select(DraftFile).where(DraftFile.draft_id == draft_id).order_by(DraftFile.id).limit(FILES_SHOWN)
    return (await db.scalars(chosen)).all()


async def file(db: AsyncSession, draft_id: UUID, file_id: UUID) -> DraftFile:
    """One of them; refuses another draft's."""
    found = await db.scalar(select(DraftFile).where(DraftFile.id == file_id, DraftFile.draft_id == draft_id))
    if found is None:
        raise DraftNotFound
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """The message that a reply answers: whom to write to, and what to quote."""

    direction: str
    at: datetime
    from_email: str | None
    from_name: str | None
    reply_to_emails: list[str]
    to_emails: list[str]
    cc_emails: list[str]
    subject: str | None
    own_text: str
    language: str


ANSWERED = (
    Message.direction,
    TicketMessage.at,
    Content.from_email,
    Content.from_name,
    Content.reply_to_emails,
    Content.to_emails,
    Content.cc_emails,
    Content.subject,
    Content.body_text,
    Content.quote_start,
    Content.language,
)


async def answered(db: AsyncSession, ticket_id: UUID) -> Answered | None:
    """The newest message of the customer, else the newest one; None in a ticket without messages."""
    chosen = (
        select(*ANSWERED)
        .join(TicketMessage, (TicketMessage.org_id == Message.org_id) & (TicketMessage.message_id == Message.id))
        .join(Content, (Content.org_id == Message.org_id) & (Content.message_id == Message.id))
        .where(TicketMessage.ticket_id == ticket_id)
        .order_by(
            Content.traits.overlap(["bounce", "auto"]),
            Message.direction,
            TicketMessage.at.desc(),
            TicketMessage.id.desc(),
        )
        .limit(1)
    )
    row = (await db.execute(chosen)).first()
    if row is None:
        return None
    own = (row.body_text or "")[: row.quote_start or None][:QUOTED].rstrip()
    return Answered(*row[:8], own_text=own, language=row.language)


async def participants(db: AsyncSession, ticket_id: UUID) -> list[str]:
    """Addresses that take part, for suggestions."""
    chosen = select(Participant.address).where(Participant.ticket_id == ticket_id).order_by(Participant.address)
    return list(await db.scalars(chosen.limit(SUGGESTED)))


async def told(db: AsyncSession, message_ids: Collection[UUID], note_ids: Collection[UUID]) -> list[Any]:
    """Who said what in the news of a thread: rows of (at, who, text, is_note), oldest first."""
    messages = await db.execute(
        select(Content.message_id, Content.from_name, Content.from_email, Content.snippet, TicketMessage.at)
        .join(
            TicketMessage,
            (TicketMessage.org_id == Content.org_id) & (TicketMessage.message_id == Content.message_id),
        )
        .where(among(Content.message_id, message_ids))
    )
    notes = await db.execute(
        select(Note.author_user_id, Note.body_markdown, Note.created_at).where(among(Note.id, note_ids))
    )
    said = [Said(row.at, row.from_name or row.from_email, row.snippet, None) for row in messages]
    said += [Said(row.created_at, None, row.body_markdown[:280], row.author_user_id) for row in notes]
    return sorted(said, key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of news: `who` of a message, `author_id` of a note."""

    at: datetime
    who: str | None
    text: str
    author_id: UUID | None
