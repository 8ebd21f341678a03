"""The one question: a note of a ticket."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.ticketing.tickets.models import Note


class NoteNotFound(NotFound):
    """Note not found."""


async def by_id(db: AsyncSession, ticket_id: UUID, note_id: UUID) -> Note:
    """Held until the work ends; refuses a note of another ticket."""
    chosen = select(Note).where(Note.id == note_id, Note.ticket_id == ticket_id).with_for_update()
    found = await db.scalar(chosen)
    if found is None:
        raise NoteNotFound
    return found
