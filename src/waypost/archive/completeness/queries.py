"""Questions about closings: which have their record, which an exemption, which neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer
from sqlalchemy.sql.selectable import LateralFromClause

from waypost.archive.completeness.models import CompletenessWatch, Statement
from waypost.archive.records.models import Record, RecordVersion, VersionKind
from waypost.archive.requests.models import ArchiveRequest, Closing
from waypost.platform.rows import among

Outcome = Literal["kept", "exempt", "gap"]
MOST_COUNTED = 10_000
"""More cases without a record are said as this many."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closing and what became of it."""

    id: UUID
    kind: str
    source: str
    ref: str
    number: str
    closed_at: datetime
    exempt_because: str | None
    record_id: UUID | None
    version: int | None
    request_id: UUID | None = None
    request_state: str | None = None
    request_code: str | None = None

    @property
    def outcome(self) -> Outcome:
        """A record counts more than an exemption that came later."""
        if self.version is not None:
            return "kept"
        return "gap" if self.exempt_because is None else "exempt"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there were, and what became of them."""

    count: int
    kept: int
    exempt: int

    @property
    def gaps(self) -> int:
        """Those without a record and without an exemption."""
        return self.count - self.kept - self.exempt


def span_of(day: date) -> tuple[datetime, datetime]:
    """From its first moment to before that of the next, in UTC."""
    start = datetime.combine(day, time(), UTC)
    return start, start + timedelta(days=1)


async def closings(db: AsyncSession, day: date) -> list[Closed]:
    """All of a day, in the order of their closing; one statement, so of one moment."""
    start, end = span_of(day)
    kept = _kept()
    wanted = _closings(kept).where(Closing.closed_at >= start, Closing.closed_at < end)
    found = await db.execute(wanted.order_by(Closing.closed_at, Closing.id))
    return [Closed(*row) for row in found]


async def page_of(
    db: AsyncSession, day: date, *, gaps: bool, after: tuple[datetime, UUID] | None, limit: int
) -> list[Closed]:
    """Closings of a day with the newest request for each, in order; with `gaps` only those without an outcome."""
    start, end = span_of(day)
    kept, asked = _kept(), _asked()
    wanted = (
        _closings(kept)
        .add_columns(asked.c.id, asked.c.state, asked.c.error_code)
        .outerjoin(asked, true())
        .where(Closing.closed_at >= start, Closing.closed_at < end)
    )
    if gaps:
        wanted = wanted.where(kept.c.number.is_(None), Closing.exempt_because.is_(None))
    if after is not None:
        wanted = wanted.where(tuple_(Closing.closed_at, Closing.id) > after)
    found = await db.execute(wanted.order_by(Closing.closed_at, Closing.id).limit(limit))
    return [Closed(*row) for row in found]


async def tally(db: AsyncSession, start: datetime, end: datetime) -> Tally:
    """Of a span, right now."""
    kept = _kept()
    exempt = func.count().filter(kept.c.number.is_(None), Closing.exempt_because.is_not(None))
    wanted = select(func.count(), func.count(kept.c.number), exempt).select_from(Closing).outerjoin(kept, true())
    row = (await db.execute(wanted.where(Closing.closed_at >= start, Closing.closed_at < end))).one()
    return Tally(*row)


async def unarchived(db: AsyncSession, since: datetime, until: datetime) -> tuple[int, datetime | None]:
    """How many closings of a span have no outcome (counted up to 10,000), and when the oldest of them was closed."""
    kept = _kept()
    open_ = (
        select(Closing.closed_at)
        .outerjoin(kept, true())
        .where(Closing.closed_at >= since, Closing.closed_at <= until)
        .where(kept.c.number.is_(None), Closing.exempt_because.is_(None))
        .order_by(Closing.closed_at)
        .limit(MOST_COUNTED)
        .subquery()
    )
    count, oldest = (await db.execute(select(func.count(), func.min(open_.c.closed_at)))).one()
    return count, oldest


async def news(db: AsyncSession, since: UUID) -> tuple[datetime | None, list[date]]:
    """Of closings noted since an id: the earliest closing, and the days (UTC) that they belong to."""
    day = func.date(func.timezone("UTC", Closing.closed_at))
    wanted = select(day, func.min(Closing.closed_at)).where(Closing.id > since).group_by(day)
    found = (await db.execute(wanted)).all()
    return min((at for _day, at in found), default=None), sorted(day for day, _at in found)


async def first_closing(db: AsyncSession) -> datetime | None:
    """When the first case was closed that we know of."""
    found: datetime | None = await db.scalar(select(func.min(Closing.closed_at)))
    return found


async def watch(db: AsyncSession) -> CompletenessWatch | None:
    """How the organisation stood at the last look."""
    found: CompletenessWatch | None = await db.scalar(select(CompletenessWatch))
    return found


async def newest_statements(db: AsyncSession, since: date, until: date) -> list[Statement]:
    """The one that counts of each day, oldest day first."""
    wanted = select(Statement).where(Statement.day >= since, Statement.day <= until)
    newest = wanted.ext(distinct_on(Statement.day)).order_by(Statement.day, Statement.revision.desc())
    return list(await db.scalars(newest))


async def statement(db: AsyncSession, day: date, *, whole: bool = False) -> Statement | None:
    """The one that counts; `whole` with its items."""
    wanted = select(Statement).where(Statement.day == day).order_by(Statement.revision.desc()).limit(1)
    found: Statement | None = await db.scalar(wanted.options(undefer(Statement.items)) if whole else wanted)
    return found


async def newest_statement(db: AsyncSession) -> Statement | None:
    """Of the latest day that has one, the one that counts."""
    order = (Statement.day.desc(), Statement.revision.desc())
    found: Statement | None = await db.scalar(select(Statement).order_by(*order).limit(1))
    return found


async def revisions(db: AsyncSession, day: date) -> list[Statement]:
    """All of a day, newest first."""
    return list(await db.scalars(select(Statement).where(Statement.day == day).order_by(Statement.revision.desc())))


async def last_stated(db: AsyncSession) -> date | None:
    """The latest day that has a statement."""
    found: date | None = await db.scalar(select(func.max(Statement.day)))
    return found


async def with_gaps(db: AsyncSession) -> list[date]:
    """Days whose newest statement names gaps."""
    newest = select(Statement.day, Statement.gaps).ext(distinct_on(Statement.day))
    each = newest.order_by(Statement.day, Statement.revision.desc()).subquery()
    return list(await db.scalars(select(each.c.day).where(each.c.gaps > 0).order_by(each.c.day)))


async def known(db: AsyncSession, day: date) -> bool:
    """Whether something was closed on a day, or a statement speaks of it."""
    start, end = span_of(day)
    closed = select(Closing.id).where(Closing.closed_at >= start, Closing.closed_at < end).exists()
    return bool(await db.scalar(select(or_(closed, select(Statement.id).where(Statement.day == day).exists()))))


async def at_positions(db: AsyncSession, positions: Sequence[int]) -> list[Statement]:
    """Those that these places of the log speak of, with their items."""
    wanted = select(Statement).where(among(Statement.position, positions)).options(undefer(Statement.items))
    return list(await db.scalars(wanted.execution_options(populate_existing=True)))


async def statement_count(db: AsyncSession) -> int:
    """How many there are, each revision counted; the log must have a leaf for each."""
    return await db.scalar(select(func.count()).select_from(Statement)) or 0


def _closings(kept: LateralFromClause) -> Select[Any]:
    """Each with its record and version, where it has one."""
    wanted = select(
        Closing.id,
        Closing.kind,
        Closing.source,
        Closing.ref,
        Closing.number,
        Closing.closed_at,
        Closing.exempt_because,
        kept.c.record_id,
        kept.c.number,
    )
    return wanted.select_from(Closing).outerjoin(kept, true())


def _kept() -> LateralFromClause:
    """The first version of a closing's case that was read after it and whose files stand.

    A raised level reads nothing anew, and an imported version counts from when the other archiver made it.
    """
    made = case((RecordVersion.kind == VersionKind.IMPORTED, Record.closed_at), else_=RecordVersion.reserved_at)
    same = (Record.origin_kind == Closing.kind, Record.source == Closing.source, Record.ref == Closing.ref)
    return (
        select(RecordVersion.record_id, RecordVersion.number)
        .join(Record, and_(Record.org_id == RecordVersion.org_id, Record.id == RecordVersion.record_id))
        .where(*same, made >= Closing.closed_at, RecordVersion.kept_at.is_not(None))
        .where(RecordVersion.kind != VersionKind.UPGRADE)
        .order_by(RecordVersion.number)
        .limit(1)
        .lateral("kept")
    )


def _asked() -> LateralFromClause:
    """The newest request for a closing's case."""
    same = (ArchiveRequest.kind == Closing.kind, ArchiveRequest.source == Closing.source)
    return (
        select(ArchiveRequest.id, ArchiveRequest.state, ArchiveRequest.error_code)
        .where(*same, ArchiveRequest.ref == Closing.ref)
        .order_by(ArchiveRequest.id.desc())
        .limit(1)
        .lateral("asked")
    )
