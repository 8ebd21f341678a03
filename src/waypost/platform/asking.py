"""Questions that pages ask again and again, on the short way: compiled once, and nothing between them and the wire.

A question through the session costs a page more than the database spends on it: its statement is put together, looked
up among the compiled ones and its rows pass through the mapper, a millisecond for each. A constant one needs none of
that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection, Error
from psycopg.rows import namedtuple_row
from sqlalchemy import CompoundSelect, Connection, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

Question = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
KEPT = "waypost.asked"
"""Key of the session's notes: its transaction's connection."""


@dataclass(slots=True)
class _Wire:
    """The connection on which a transaction stands."""

    transaction: object
    said: Connection
    raw: AsyncConnection[Any]


class _Context:
    """What listeners to statements hang their own things on, as on SQLAlchemy's."""


async def ask(db: AsyncSession, question: Question, values: Mapping[str, Any] | None = None) -> list[Any]:
    """Rows with the names of their columns, in the transaction of `db`, under its row security.

    `question` is one that stays: kept by its module or by a cache of its own, since it is compiled for as long as it
    lives. `values` are its `bindparam`s, as plain values: ids, texts, numbers, times, lists of them. Columns come as
    the database's driver reads them; what needs a type of SQLAlchemy's own to be read goes through the session.
    """
    if db.new or db.dirty or db.deleted:
        await db.flush()
    wire = await _wire(db)
    text, constant = _compiled(question, wire.said.dialect)
    given = {**constant, **values} if values else constant
    return await _asked(wire, text, given)


async def _asked(wire: _Wire, text: str, given: dict[str, Any]) -> list[Any]:
    cursor, context = wire.raw.cursor(row_factory=namedtuple_row), _Context()
    for tell in wire.said.dispatch.before_cursor_execute:
        tell(wire.said, cursor, text, given, context, False)
    try:
        rows: list[Any] = await (await cursor.execute(text, given)).fetchall()
    except Error as broken:
        raise DBAPIError.instance(text, given, broken, Error, hide_parameters=True) from broken
    finally:
        for tell in wire.said.dispatch.after_cursor_execute:
            tell(wire.said, cursor, text, given, context, False)
    return rows


async def _wire(db: AsyncSession) -> _Wire:
    """Found once for each transaction; asking for it begins one, bound to its organisation."""
    kept: _Wire | None = db.info.get(KEPT)
    if kept is None or kept.transaction is not db.sync_session.get_transaction():
        connection = await db.connection()
        raw = (await connection.get_raw_connection()).driver_connection
        assert isinstance(raw, AsyncConnection)
        assert connection.sync_connection is not None
        kept = _Wire(db.sync_session.get_transaction(), connection.sync_connection, raw)
        db.info[KEPT] = kept
    return kept


@lru_cache(maxsize=1024)
def _compiled(question: Question, dialect: Dialect) -> tuple[str, dict[str, Any]]:
    """The text for the wire, and the values that stand in the question itself."""
    compiled = question.compile(dialect=dialect)
    return compiled.string, dict(compiled.params)
