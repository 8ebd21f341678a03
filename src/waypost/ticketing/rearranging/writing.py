"""Writing changes of rows, forth or back, in a fixed number of statements, in the order that foreign keys want."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.db import Base
from waypost.platform.rows import insert_missing, update_rows
from waypost.ticketing.rearranging.changes import RowChange
from waypost.ticketing.rearranging.loading import table_of, where_among
from waypost.ticketing.tickets.models import Ticket

TICKETS = Ticket.__tablename__


async def write(db: AsyncSession, changes: Iterable[RowChange]) -> None:
    """New tickets first, ended tickets last; rows leave before others take their place."""
    rows = list(changes)
    fresh = [one for one in rows if one.before is None]
    await _insert(db, [one for one in fresh if one.table == TICKETS])
    await _delete(db, [one for one in rows if one.after is None and one.table != TICKETS])
    await _update(db, [one for one in rows if one.before is not None and one.after is not None])
    await _insert(db, [one for one in fresh if one.table != TICKETS])
    await _delete(db, [one for one in rows if one.after is None and one.table == TICKETS])
    for thing in [one for one in db if isinstance(one, Ticket)]:
        db.expire(thing)


async def _insert(db: AsyncSession, changes: Sequence[RowChange]) -> None:
    """A row that meanwhile stands there in other words is left as it is."""
    for (table, _), crowd in _alike(changes):
        await insert_missing(db, model_of(table), [one.after or {} for one in crowd])


async def _update(db: AsyncSession, changes: Sequence[RowChange]) -> None:
    for (table, _), crowd in _alike(changes):
        await update_rows(db, model_of(table), [{"id": one.row_id, **(one.after or {})} for one in crowd])


async def _delete(db: AsyncSession, changes: Sequence[RowChange]) -> None:
    ids: dict[str, list[UUID]] = defaultdict(list)
    for one in changes:
        ids[one.table].append(one.row_id)
    for name, gone in ids.items():
        table = table_of(name)
        await db.execute(delete(table).where(where_among(table.c.id, gone)))


def _alike(changes: Sequence[RowChange]) -> Iterable[tuple[tuple[str, frozenset[str]], list[RowChange]]]:
    """By table and the columns they set: each crowd is one statement."""
    crowds: dict[tuple[str, frozenset[str]], list[RowChange]] = defaultdict(list)
    for one in changes:
        crowds[one.table, frozenset(one.after or ())].append(one)
    return crowds.items()


def model_of(table: str) -> type[Base]:
    """The class whose rows a table holds."""
    found: dict[str, Any] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    model: type[Base] = found[table]
    return model
