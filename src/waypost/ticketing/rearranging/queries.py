"""Questions about what people rearranged."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.ticketing.rearranging.changes import RowChange
from waypost.ticketing.rearranging.loading import table_of, where_among
from waypost.ticketing.rearranging.models import RearrangedRow, Rearrangement
from waypost.ticketing.rearranging.tables import ONCE_EACH
from waypost.ticketing.tags.models import TicketTag
from waypost.ticketing.tags.queries import names

SHOWN = 100
TAGS = TicketTag.__tablename__


class NoSuchRearrangement(NotFound):
    """There is no such rearrangement here."""


async def by_id(db: AsyncSession, rearrangement_id: UUID, *, for_update: bool = False) -> Rearrangement:
    """One of them; refuses when this organisation has none of that id."""
    chosen = select(Rearrangement).where(Rearrangement.id == rearrangement_id)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise NoSuchRearrangement
    return found


async def of_ticket(db: AsyncSession, ticket_id: UUID) -> Sequence[Rearrangement]:
    """What was done to a ticket, newest first, at most the newest 100."""
    here = (Rearrangement.ticket_id == ticket_id) | (Rearrangement.other_id == ticket_id)
    chosen = select(Rearrangement).where(here).order_by(Rearrangement.made_at.desc(), Rearrangement.id.desc())
    return (await db.scalars(chosen.limit(SHOWN))).all()


async def changes_of(db: AsyncSession, rearrangement_id: UUID) -> list[RowChange]:
    """Its rows, in the order they were planned."""
    r = RearrangedRow
    rows = await db.execute(
        select(r.table_name, r.row_id, r.before, r.after)
        .where(r.rearrangement_id == rearrangement_id)
        .order_by(r.ordinal)
    )
    return [RowChange(*row) for row in rows]


async def later_on_rows(db: AsyncSession, made: Rearrangement, row_ids: Sequence[UUID]) -> Rearrangement | None:
    """The newest standing rearrangement that changed one of these rows after that one."""
    chosen = _later(made).join(RearrangedRow, RearrangedRow.rearrangement_id == Rearrangement.id)
    found: Rearrangement | None = await db.scalar(chosen.where(among(RearrangedRow.row_id, row_ids)))
    return found


async def later_on_ticket(db: AsyncSession, made: Rearrangement, ticket_id: UUID) -> Rearrangement | None:
    """The newest standing rearrangement of a ticket after that one."""
    here = (Rearrangement.ticket_id == ticket_id) | (Rearrangement.other_id == ticket_id)
    found: Rearrangement | None = await db.scalar(_later(made).where(here))
    return found


def _later(made: Rearrangement) -> Select[Rearrangement]:
    return (
        select(Rearrangement)
        .where(Rearrangement.undone_at.is_(None), Rearrangement.id != made.id, Rearrangement.made_at >= made.made_at)
        .order_by(Rearrangement.made_at.desc(), Rearrangement.id.desc())
        .limit(1)
    )


async def without_lost_tags(db: AsyncSession, rows: Sequence[RowChange]) -> list[RowChange]:
    """What can still be written: a tag that went meanwhile comes back on no ticket. The others stay until then."""
    fresh = [(one.row_id, one.after or {}) for one in rows if one.table == TAGS and one.before is None]
    back = {row_id: UUID(str(values["tag_id"])) for row_id, values in fresh}
    there = await names(db, set(back.values()), stay=True)
    return [one for one in rows if one.row_id not in back or back[one.row_id] in there]


async def without_twins(db: AsyncSession, rows: Sequence[RowChange]) -> list[RowChange]:
    """What can still be written: whoever came to follow the ticket anew meanwhile is not brought back to it a second
    time, and stays where the act brought them."""
    twins: set[UUID] = set()
    for name, column in ONCE_EACH.items():
        moved = [(one.row_id, one.after or {}) for one in rows if one.table == name and one.before is not None]
        going = {row_id: UUID(str(after["ticket_id"])) for row_id, after in moved if "ticket_id" in after}
        if going:
            table = table_of(name)
            own = {row_id: row[column] for row_id, row in (await standing_rows(db, table, list(going))).items()}
            asked = select(table.c.ticket_id, table.c[column]).where(
                where_among(table.c.ticket_id, list(set(going.values())))
            )
            taken = {(ticket_id, value) for ticket_id, value in await db.execute(asked)}
            twins |= {row_id for row_id, ticket_id in going.items() if (ticket_id, own.get(row_id)) in taken}
    return [one for one in rows if one.row_id not in twins]


async def standing_rows(db: AsyncSession, table: Any, row_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Rows of any table as they stand now, by id."""
    rows = await db.execute(select(table).where(where_among(table.c.id, row_ids)))
    return {row.id: dict(row._mapping) for row in rows}
