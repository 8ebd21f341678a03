"""Writing a stitched batch: one statement a table, whatever the size of the batch."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import insert_missing, insert_rows, packs, update_rows
from waypost.platform.work import Work
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.tickets.models import Participant, Ticket, TicketLink, TicketMessage

INSERT_TEXTS = text(
    """
    insert into ticket_texts (org_id, id, ticket_id, message_id, at, ts)
    select app_org(), r.id, r.ticket_id, r.message_id, r.at,
           setweight(to_tsvector('simple', unaccent(r.subject)), 'A')
           || setweight(to_tsvector(cast(r.language as regconfig), r.subject), 'B')
           || to_tsvector('simple', unaccent(r.body))
           || to_tsvector(cast(r.language as regconfig), r.body)
    from json_to_recordset(cast(:rows as json))
      r(id uuid, ticket_id uuid, message_id uuid, at timestamptz, subject text, body text, language text)
    """
)
MOVED = ("ticket_messages", "ticket_texts", "message_occurrences")


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of one batch."""

    opened: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]
    merged: list[tuple[UUID, UUID]]
    """(kept ticket, ticket that became part of it), in this order of events."""


async def write(work: Work, written: Written) -> None:
    """Insert and update everything; merges come last, when all rows stand."""
    db, rows = work.db, written.rows
    await insert_rows(db, Ticket, written.opened)
    await update_rows(db, Ticket, written.changed)
    await insert_rows(db, TicketMessage, rows["messages"])
    for pack in packs(rows["texts"]):
        await db.execute(INSERT_TEXTS, {"rows": pack})
    await insert_missing(db, Participant, rows["people"])
    await insert_missing(db, TicketLink, rows["links"])
    await update_rows(db, Occurrence, rows["occurrences"])
    for kept, part in written.merged:
        await merge(db, kept, part)


async def merge(db: AsyncSession, kept: UUID, part: UUID) -> None:
    """Move all that `part` holds to `kept`; the number of `part` stays and leads on."""
    for table in MOVED:
        await db.execute(
            text(f"update {table} set ticket_id = :kept where ticket_id = :part"), {"kept": kept, "part": part}
        )
    people = text(
        "update ticket_participants moved set ticket_id = :kept where ticket_id = :part and not exists "
        "(select from ticket_participants there where there.ticket_id = :kept and there.address = moved.address)"
    )
    await db.execute(people, {"kept": kept, "part": part})
    tags = text(
        "update ticket_tags moved set ticket_id = :kept where ticket_id = :part and not exists "
        "(select from ticket_tags there where there.ticket_id = :kept and there.tag_id = moved.tag_id)"
    )
    await db.execute(tags, {"kept": kept, "part": part})
