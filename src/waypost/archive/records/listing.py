"""The catalogue: what is kept, the newest first, narrowed by a question and filters."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, any_, bindparam, column, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.records.models import Record, RecordState
from waypost.archive.records.search import pattern
from waypost.archive.signing.levels import Level
from waypost.platform.places import Place

COUNTED = 100
"""Damaged records are counted up to here: "99+" is as loud as any number."""

ROW = (
    Record.id,
    Record.origin_kind,
    Record.source,
    Record.ref,
    Record.number,
    Record.title,
    Record.customer,
    Record.folder,
    Record.state,
    Record.newest,
    Record.level,
    Record.size_bytes,
    Record.closed_at,
    Record.kept_at,
    Record.holds,
    Record.retain_until,
    Record.verified_at,
    Record.erased_at,
)
BEFORE = (bindparam("before_at", type_=Record.kept_at.type), bindparam("before_id", type_=Record.id.type))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the catalogue shows. `kept_from` is within, `kept_until` is not."""

    q: str = ""
    """Any part of a number, title, customer or path; at least three characters, or a whole number."""
    origin: str = ""
    source: str | None = None
    level: Level | None = None
    state: RecordState | None = None
    held: bool = False
    kept_from: datetime | None = None
    kept_until: datetime | None = None


@lru_cache(maxsize=256)
def listing(filters: Filters, limit: int, *, paged: bool = False) -> Select[Any]:
    """Records by when they were kept, one more than `limit`; with `paged` it wants `before_at` and `before_id`."""
    conditions = [Record.kept_at.is_not(None), *narrowed(filters)]
    if paged:
        conditions.append(tuple_(Record.kept_at, Record.id) < tuple_(*BEFORE))
    walk: Any = select(*ROW).where(*conditions)
    ordered: Select[Any] = walk.order_by(Record.kept_at.desc(), Record.id.desc()).limit(limit + 1)
    return ordered


def narrowed(filters: Filters) -> Iterator[Any]:
    """The conditions of these filters."""
    if filters.q.strip():
        yield _matching(filters.q)
    if filters.origin:
        yield Record.origin_kind == filters.origin
    if filters.source is not None:
        yield Record.source == filters.source
    if filters.level:
        yield Record.level == filters.level
    if filters.state:
        yield Record.state == filters.state
    if filters.held:
        yield Record.holds > 0
    if filters.kept_from:
        yield Record.kept_at >= filters.kept_from
    if filters.kept_until:
        yield Record.kept_at < filters.kept_until


def _matching(question: str) -> Any:
    asked = pattern(question)
    if not asked:
        return Record.number == question.strip()
    found = func.search_archive(asked).table_valued(column("record_id"))
    return Record.id == any_(func.array(select(found.c.record_id).scalar_subquery()))


async def page(db: AsyncSession, filters: Filters, *, before: Place | None = None, limit: int = 50) -> Sequence[Any]:
    """One page of rows (`ROW`), one more than `limit` where there are more."""
    place = dict(zip(("before_at", "before_id"), before, strict=True)) if before else {}
    rows: Sequence[Any] = (await db.execute(listing(filters, limit, paged=before is not None), place)).all()
    return rows


async def walk(db: AsyncSession, filters: Filters, *, step: int = 1_000) -> AsyncIterator[Sequence[Any]]:
    """All rows of a listing in packs, however many: for answers that are streamed."""
    before: Place | None = None
    while rows := await page(db, filters, before=before, limit=step):
        yield rows[:step]
        if len(rows) <= step:
            return
        before = (rows[step - 1].kept_at, rows[step - 1].id)


async def damaged(db: AsyncSession) -> int:
    """How many records do not hold what was kept, counted up to `COUNTED`."""
    few = select(Record.id).where(Record.state == RecordState.DAMAGED, Record.kept_at.is_not(None)).limit(COUNTED)
    return (await db.execute(select(func.count()).select_from(few.subquery()))).scalar_one()
