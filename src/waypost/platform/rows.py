"""Many rows in one statement, whatever their number: they go to the database as one JSON text, which it takes apart.

A statement for each row costs the client more than the row costs the database, and a `VALUES` list of hundreds of
parameters is built and parsed anew each time.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, LargeBinary, Table, TextClause, any_, literal, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from waypost.platform.db import Base

AT_ONCE = 8 * 1024 * 1024
"""Bytes of one text; a larger crowd goes in several statements."""
UNLESS_THERE = " on conflict do nothing"
Row = Mapping[str, Any]

_encode = msgspec.json.Encoder().encode


def among(column: InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """`column in values` as one array: the statement is the same for any number, so it stays prepared."""
    return column == any_(literal(list(values), ARRAY(column.type)))


async def insert_rows(db: AsyncSession, model: type[Base], rows: Sequence[Row]) -> None:
    """Insert rows of equal keys; the columns' defaults fill what they lack, the organisation fills itself."""
    await _run(db, model, rows, "")


async def insert_missing(db: AsyncSession, model: type[Base], rows: Sequence[Row]) -> list[UUID]:
    """The same, but rows that are there already by any unique key are skipped; gives the ids of the written ones."""
    return await _run(db, model, rows, " on conflict do nothing returning id")


async def insert_unless_there(db: AsyncSession, model: type[Base], rows: Sequence[Row]) -> None:
    """The same for who need not know which were written."""
    await _run(db, model, rows, UNLESS_THERE)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Rows of one table, of equal keys; `unless_there` skips those that any unique key knows."""

    model: type[Base]
    rows: Sequence[Row]
    unless_there: bool = False

    @property
    def ending(self) -> str:
        """What follows the insert."""
        return UNLESS_THERE if self.unless_there else ""


async def insert_together(db: AsyncSession, *crowds: Crowd) -> None:
    """Insert rows of several tables in one statement; they may refer to each other. Empty crowds cost nothing."""
    full = [one for one in crowds if one.rows]
    packed = [list(packs(_whole(one.model, one.rows), _binary(one.model))) for one in full]
    if len(full) > 1 and all(len(one) == 1 for one in packed):
        parts = tuple((one.model, _columns(one.model, one.rows), one.ending) for one in full)
        await db.execute(_together(parts), {f"rows_{number}": pack for number, [pack] in enumerate(packed)})
    else:
        for one in full:
            await _run(db, one.model, one.rows, one.ending)


async def update_rows(db: AsyncSession, model: type[Base], rows: Sequence[Row]) -> None:
    """Set the other keys of each row where `id` is its id."""
    if rows:
        statement = _update(model, tuple(rows[0]))
        for pack in packs(rows, _binary(model)):
            await db.execute(statement, {"rows": pack})


async def _run(db: AsyncSession, model: type[Base], rows: Sequence[Row], ending: str) -> list[UUID]:
    written: list[UUID] = []
    if rows:
        statement = _insert(model, _columns(model, rows), ending)
        for pack in packs(_whole(model, rows), _binary(model)):
            answer = await db.execute(statement, {"rows": pack})
            written += answer.scalars() if ending.endswith("returning id") else ()
    return written


def _columns(model: type[Base], rows: Sequence[Row]) -> tuple[str, ...]:
    """All that are written, those with a default of the model last."""
    return (*rows[0], *_defaults(model, frozenset(rows[0])))


def _whole(model: type[Base], rows: Sequence[Row]) -> Iterable[Row]:
    """The rows with what they lacked."""
    defaults = _defaults(model, frozenset(rows[0]))
    return ({**row, **{name: make(None) for name, make in defaults.items()}} for row in rows) if defaults else rows


def packs(rows: Iterable[Row], binary: Collection[str] = ()) -> Iterator[str]:
    """The rows as JSON arrays of bounded size; `binary` names the columns of bytes."""
    pack: list[bytes] = []
    size = 0
    for row in rows:
        encoded = _encode({**row, **{name: _hex(row[name]) for name in binary if name in row}} if binary else row)
        if pack and size + len(encoded) > AT_ONCE:
            yield _joined(pack)
            pack, size = [], 0
        pack.append(encoded)
        size += len(encoded)
    if pack:
        yield _joined(pack)


def _joined(pack: list[bytes]) -> str:
    return (b"[" + b",".join(pack) + b"]").decode()


def _hex(value: bytes | None) -> str | None:
    """Bytes as the database reads them from text."""
    return None if value is None else "\\x" + value.hex()


@cache
def _binary(model: type[Base]) -> tuple[str, ...]:
    """The columns of bytes."""
    return tuple(column.name for column in _table(model).columns if isinstance(column.type, LargeBinary))


@cache
def _defaults(model: type[Base], given: frozenset[str]) -> dict[str, Callable[[None], Any]]:
    """What fills the columns that nobody gave."""
    lacking = [column for column in _table(model).columns if column.name not in given and column.name != "org_id"]
    made = {column.name: column.default for column in lacking if column.default is not None}
    return {name: _maker(default) for name, default in made.items()}


def _maker(default: Any) -> Callable[[None], Any]:
    value = default.arg
    return value if default.is_callable else lambda _context: value


@cache
def _insert(model: type[Base], columns: tuple[str, ...], ending: str) -> TextClause:
    return text(_inserting(model, columns, ending))


@cache
def _together(parts: tuple[tuple[type[Base], tuple[str, ...], str], ...]) -> TextClause:
    """All but the last are parts of the last one's statement."""
    said = [_inserting(*part, f"rows_{number}") for number, part in enumerate(parts)]
    beside = ", ".join(f"part_{number} as ({one})" for number, one in enumerate(said[:-1]))
    return text(f"with {beside} {said[-1]}")


def _inserting(model: type[Base], columns: tuple[str, ...], ending: str, rows: str = "rows") -> str:
    name = _table(model).name
    return (
        f"insert into {name} (org_id, {', '.join(columns)}) select app_org(), {_of('r', columns)} "
        f"from {_taken_apart(name, rows)} r{ending}"
    )


@cache
def _update(model: type[Base], columns: tuple[str, ...]) -> TextClause:
    name = _table(model).name
    changes = ", ".join(f"{column} = r.{column}" for column in columns if column != "id")
    return text(f"update {name} t set {changes} from {_taken_apart(name)} r where t.id = r.id")


def _taken_apart(name: str, rows: str = "rows") -> str:
    return f"json_populate_recordset(null::{name}, cast(:{rows} as json))"


def _of(alias: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
