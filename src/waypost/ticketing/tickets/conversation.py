"""A ticket's thread with what hangs on it, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.ticketing.messages.models import Attachment
from waypost.ticketing.messages.queries import attachments_of, occurrences_of
from waypost.ticketing.tickets.queries import messages


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message with its parts and copies."""

    row: Any
    attachments: tuple[Attachment, ...]
    occurrences: tuple[Any, ...]


async def read(
    db: AsyncSession,
    ticket_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int | None = None,
    bodies: bool = True,
) -> list[Spoken]:
    """Messages newest first, as `queries.messages`, with parts and copies (three statements)."""
    return await dress(db, await messages(db, ticket_id, before=before, limit=limit, bodies=bodies))


async def dress(db: AsyncSession, rows: Sequence[Any]) -> list[Spoken]:
    """Parts and copies for rows of messages."""
    ids = [row.message_id for row in rows]
    parts: dict[UUID, list[Attachment]] = defaultdict(list)
    copies: dict[UUID, list[Any]] = defaultdict(list)
    for attachment in await attachments_of(db, ids):
        parts[attachment.message_id].append(attachment)
    for occurrence in await occurrences_of(db, ids):
        copies[occurrence.message_id].append(occurrence)
    return [Spoken(row, tuple(parts[row.message_id]), tuple(copies[row.message_id])) for row in rows]
