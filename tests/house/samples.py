"""A made-up row for any table, for looking at what row security hides; foreign keys are not asked meanwhile."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, sql
from psycopg.types.json import Json, Jsonb
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.types import JSON, BigInteger, Boolean, Date, DateTime, Float, LargeBinary, Text, TypeEngine, Uuid

from waypost.platform.ids import new_id

KINDS: tuple[tuple[type[TypeEngine[Any]], Any], ...] = (
    (Uuid, new_id),
    (Text, lambda: new_id().hex),
    (BigInteger, count(1).__next__),
    (Boolean, lambda: False),
    (Float, lambda: 1.5),
    (Date, lambda: date(2026, 11, 2)),
    (DateTime, lambda: datetime(2026, 11, 2, tzinfo=UTC)),
    (LargeBinary, lambda: new_id().bytes),
    (JSONB, lambda: Jsonb({})),
    (JSON, lambda: Json({})),
    (ARRAY, list),
    (TSVECTOR, lambda: "'word':1"),
)


async def put_row(connection: "AsyncConnection[Any]", table: Table, org: UUID) -> None:
    """Insert one row of `org`, with something in every column that wants something."""
    values = {column.name: value_for(column.type) for column in table.columns if not column.nullable} | {"org_id": org}
    await connection.execute(insertion(table, values), list(values.values()))


def insertion(table: Table, values: dict[str, Any]) -> sql.Composed:
    """The statement for these columns."""
    names = sql.SQL(", ").join(map(sql.Identifier, values))
    places = sql.SQL(", ").join(sql.Placeholder() * len(values))
    return sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table.name), names, places)


def value_for(kind: TypeEngine[Any]) -> Any:
    """Something of this type; unknown types need a line in `KINDS`."""
    return next(make() for known, make in KINDS if isinstance(kind, known))
