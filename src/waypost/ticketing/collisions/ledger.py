"""Rows before and after an act, whole: what was done can be undone to the byte, and what came since stays."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.db import Base

Row = dict[str, Any]
Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Change:
    """One row; None where it was not there."""

    table: str
    row_id: UUID
    before: Row | None
    after: Row | None


@dataclass(slots=True)
class Ledger:
    """Watches rows: those that `watch` was told of before an act, and those that it was told of after."""

    db: AsyncSession
    before: dict[Key, Row] = field(default_factory=dict)
    tables: dict[str, set[UUID]] = field(default_factory=dict)

    async def watch(self, model: type[Base], column: str, values: Collection[UUID]) -> list[Row]:
        """Remember the rows of a table whose `column` has one of the values, as they are."""
        rows = await rows_of(self.db, model.__tablename__, column, values)
        for row in rows:
            key = (model.__tablename__, UUID(row["id"]))
            self.before.setdefault(key, row)
            self.tables.setdefault(key[0], set()).add(key[1])
        return rows

    def added(self, model: type[Base], ids: Iterable[UUID]) -> None:
        """Rows that the act has written."""
        self.tables.setdefault(model.__tablename__, set()).update(ids)

    async def changes(self) -> list[Change]:
        """What differs now."""
        found: list[Change] = []
        for table, ids in self.tables.items():
            now = {UUID(row["id"]): row for row in await rows_of(self.db, table, "id", ids)}
            for row_id in sorted(ids):
                before, after = self.before.get((table, row_id)), now.get(row_id)
                if before != after:
                    found.append(Change(table, row_id, before, after))
        return found


async def rows_of(db: AsyncSession, table: str, column: str, values: Collection[UUID]) -> list[Row]:
    """Whole rows as JSON, in the order of their ids."""
    name = known(table, column)
    chosen = text(f"select to_jsonb(t) from {name} t where t.{column} = any(:values) order by t.id")
    return list((await db.execute(chosen, {"values": list(values)})).scalars())


async def put_back(db: AsyncSession, change: Change) -> None:
    """The row as it was; a column that somebody has changed since keeps what it says now."""
    if change.before is None:
        await db.execute(text(f"delete from {known(change.table)} where id = :id"), {"id": change.row_id})
    elif change.after is None:
        insertion = f"insert into {known(change.table)} select * from {_taken_apart(change.table, 'before')}"
        await db.execute(text(f"{insertion} on conflict do nothing"), {"before": _json(change.before)})
    else:
        await _columns_back(db, change, change.before, change.after)


async def _columns_back(db: AsyncSession, change: Change, before: Row, after: Row) -> None:
    both = f"{_taken_apart(change.table, 'before')} b, {_taken_apart(change.table, 'after')} a"
    values = {"id": change.row_id, "before": _json(before), "after": _json(after)}
    for column in (name for name in before if before[name] != after.get(name)):
        known(change.table, column)
        same = f"t.{column} is not distinct from a.{column}"
        act = f"update {change.table} t set {column} = b.{column} from {both} where t.id = :id and {same}"
        await db.execute(text(act), values)


def known(table: str, column: str = "id") -> str:
    """The table's name, when it is one of ours and has the column: no other word becomes part of a statement."""
    assert column in Base.metadata.tables[table].columns, f"{table}.{column}"
    return table


def _taken_apart(table: str, parameter: str) -> str:
    return f"json_populate_record(null::{known(table)}, cast(:{parameter} as json))"


def _json(row: Row) -> str:
    return msgspec.json.encode(row).decode()
