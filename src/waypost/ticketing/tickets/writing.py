"""Writing a stitched batch: one statement a table, whatever the size of the batch."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.work import Work
from waypost.ticketing.messages.models import Occurrence
from waypost.ticketing.tickets.models import Participant, Ticket, TicketLink, TicketMessage

INSERT_TEXT = text(
    """
    insert into ticket_texts (org_id, id, ticket_id, message_id, at, ts)
    values (app_org(), :id, :ticket_id, :message_id, :at,
            setweight(to_tsvector('simple', unaccent(:subject)), 'A')
            || setweight(to_tsvector(cast(:language as regconfig), :subject), 'B')
            || to_tsvector('simple', unaccent(:body))
            || to_tsvector(cast(:language as regconfig), :body))
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
    if written.opened:
        await db.execute(insert(Ticket), written.opened)
    if written.changed:
        await _update(db, Ticket.__table__, written.changed)
    if rows["messages"]:
        await db.execute(insert(TicketMessage), rows["messages"])
        await db.execute(INSERT_TEXT, rows["texts"])
    if rows["people"]:
        await db.execute(upsert(Participant).on_conflict_do_nothing(), rows["people"])
    if rows["links"]:
        await db.execute(upsert(TicketLink).on_conflict_do_nothing(), rows["links"])
    await _update(db, Occurrence.__table__, rows["occurrences"])
    for kept, part in written.merged:
        await merge(db, kept, part)


async def _update(db: AsyncSession, table: Any, rows: list[dict[str, Any]]) -> None:
    await db.execute(update(table).where(table.c.id == bindparam("_id")), rows)


async def merge(db: AsyncSession, kept: UUID, part: UUID) -> None:
    """Move all that `part` holds to `kept`; the number of `part` stays and leads on."""
    for table in MOVED:
        await db.execute(
            text(f"update {table} set ticket_id = :kept where ticket_id = :part"), {"kept": kept, "part": part}
        )
    people = text(
        "insert into ticket_participants (org_id, id, ticket_id, address) "
        "select org_id, gen_random_uuid(), :kept, address from ticket_participants where ticket_id = :part "
        "on conflict do nothing"
    )
    await db.execute(people, {"kept": kept, "part": part})
