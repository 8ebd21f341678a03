"""Questions about frozen selections."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.ticketing.bulk.acts import Act
from waypost.ticketing.bulk.models import BulkItem, BulkSelection, Result
from waypost.ticketing.tags.queries import bears
from waypost.ticketing.tickets.models import Ticket


class NoSuchSelection(NotFound):
    """There is no such selection here."""


async def by_id(db: AsyncSession, selection_id: UUID, *, for_update: bool = False) -> BulkSelection:
    """One selection; refuses when this organisation has none of that id."""
    chosen = select(BulkSelection).where(BulkSelection.id == selection_id)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise NoSuchSelection
    return found


async def existing(db: AsyncSession, ticket_ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are tickets of their own here."""
    chosen = select(Ticket.id).where(among(Ticket.id, ticket_ids), Ticket.message_count > 0)
    return set(await db.scalars(chosen))


async def samples(db: AsyncSession, selection: BulkSelection) -> Sequence[Any]:
    """The first few of it, as they stand now: id, code, subject, status."""
    ids = [UUID(one) for one in selection.sample]
    chosen = select(Ticket.id, Ticket.ticket_code, Ticket.subject, Ticket.status).where(among(Ticket.id, ids))
    rows = {row.id: row for row in await db.execute(chosen)}
    return [rows[one] for one in ids if one in rows]


async def waiting(db: AsyncSession, selection_id: UUID, limit: int) -> Sequence[BulkItem]:
    """The next tickets without a result."""
    chosen = select(BulkItem).where(BulkItem.selection_id == selection_id, BulkItem.result.is_(None))
    return (await db.scalars(chosen.order_by(BulkItem.ordinal).limit(limit))).all()


async def done(db: AsyncSession, selection_id: UUID, limit: int) -> Sequence[BulkItem]:
    """The next to undo: the last one done comes first."""
    chosen = select(BulkItem).where(BulkItem.selection_id == selection_id, BulkItem.result == Result.DONE)
    return (await db.scalars(chosen.order_by(BulkItem.ordinal.desc()).limit(limit))).all()


async def results(db: AsyncSession, selection_id: UUID) -> dict[str, int]:
    """How many came out how."""
    counted = select(BulkItem.result, func.count()).where(BulkItem.selection_id == selection_id)
    rows = await db.execute(counted.where(BulkItem.result.is_not(None)).group_by(BulkItem.result))
    return {str(result): count for result, count in rows}


async def foreseen(db: AsyncSession, selection_id: UUID, act: Act) -> dict[str, int]:
    """What an act would do now, without doing it: `{done, same, gone}`."""
    chosen = (
        select(
            func.count().filter(Ticket.message_count == 0),
            func.count().filter(Ticket.message_count > 0, _is_so(act)),
            func.count().filter(Ticket.message_count > 0, ~_is_so(act)),
        )
        .join(BulkItem, BulkItem.ticket_id == Ticket.id)
        .where(BulkItem.selection_id == selection_id)
    )
    gone, same, will = (await db.execute(chosen)).one()
    return {"done": will, "same": same, "gone": gone}


def _is_so(act: Act) -> ColumnElement[bool]:
    """Condition: nothing would change."""
    if act.merges:
        return Ticket.id == act.target
    if act.tags:
        return bears(Ticket.id, act.target)
    if act.lasts:
        return false()
    if act.field.startswith("assignee") and act.value is None:
        return Ticket.assignee_user_id.is_(None) & Ticket.assignee_queue_id.is_(None)
    return func.coalesce(getattr(Ticket, act.field) == act.value, False)  # an assignee may be null


async def receipt(db: AsyncSession, selection_id: UUID, *, after: int = -1, limit: int) -> Sequence[Any]:
    """Line by line: ordinal, ticket, code, what was done, and why not."""
    i = BulkItem
    chosen = (
        select(i.ordinal, i.ticket_id, Ticket.ticket_code, i.result, i.detail, i.before, i.after, i.at)
        .outerjoin(Ticket, Ticket.id == i.ticket_id)
        .where(i.selection_id == selection_id, i.ordinal > after)
        .order_by(i.ordinal)
        .limit(limit)
    )
    rows: Sequence[Any] = (await db.execute(chosen)).all()
    return rows


async def forget(db: AsyncSession, *, used_before: datetime, unused_before: datetime, limit: int) -> int:
    """Selections that nobody asks for any more, with their receipts; how many went."""
    old = or_(
        BulkSelection.made_at < used_before,
        (BulkSelection.expires_at < unused_before) & BulkSelection.asked_at.is_(None),
    )
    ids = list(await db.scalars(select(BulkSelection.id).where(old).order_by(BulkSelection.made_at).limit(limit)))
    await db.execute(delete(BulkItem).where(among(BulkItem.selection_id, ids)))
    await db.execute(delete(BulkSelection).where(among(BulkSelection.id, ids)))
    return len(ids)
