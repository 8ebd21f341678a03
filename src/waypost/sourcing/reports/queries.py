"""Questions of the reports: runs by filters, and what is known of one. All of them read; none repairs anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.places import Place
from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.reports.asked import FURTHEST, Filters
from waypost.sourcing.reports.streams import MOST_LINES
from waypost.sourcing.reports.transport import Line
from waypost.sourcing.runs.models import Run, RunAttempt, RunEvent
from waypost.sourcing.schedules.models import ScheduleEvent
from waypost.sourcing.wire.words import FailureType, Kind, RunState

HEAVY = ("diagnostics", "resume")
SAID = func.jsonb_build_object(
    "silentFailure", Run.diagnostics["silentFailure"], "resultKind", Run.diagnostics["resultKind"]
).label("diagnostics")
ROW = (*(column for column in Run.__table__.columns if column.name not in HEAVY), SAID)
"""A run in a list: all of its row but what may be large; of its diagnostics, what stories ask for."""
TYPES = "|".join(each.value for each in FailureType)
FAILURE: ColumnElement[str] = func.coalesce(
    Run.failure_type, func.substring(Run.error, literal_column(f"'^\\[({TYPES})\\]'")), FailureType.UNKNOWN.value
)
"""Why a FAILED run failed, as `measures.failure_of` says it."""
LOG = text("""
select stage, code, status, count(*) as times, min(created_at) as first,
  (array_agg(meta order by lease_token desc, seq desc))[1] as meta
from scrape_execution_events where source_run_id = :run
group by stage, code, status order by first, stage, code
""")


async def listed(
    db: AsyncSession, filters: Filters, limit: int, *, offset: int = 0, after: Place | None = None
) -> Sequence[Any]:
    """Runs, the newest first (`ROW`): from a place on, or skipping `offset`."""
    chosen: Any = select(*ROW).where(*_narrowed(filters))
    if after is not None:
        chosen = chosen.where(tuple_(Run.created_at, Run.id) < tuple_(*after))
    ordered = chosen.order_by(Run.created_at.desc(), Run.id.desc())
    found: Sequence[Any] = (await db.execute(ordered.limit(limit).offset(offset))).all()
    return found


async def total(db: AsyncSession, filters: Filters) -> int:
    """How many there are, counted up to one more than documented offsets reach."""
    some = select(Run.id).where(*_narrowed(filters)).limit(FURTHEST + 1).subquery()
    return await db.scalar(select(func.count()).select_from(some)) or 0


def _narrowed(filters: Filters) -> Iterator[ColumnElement[bool]]:
    yield Run.created_at >= filters.since
    if filters.person is not None:
        yield Run.user_id == filters.person
    if filters.status is not None:
        yield Run.status == filters.status
    if filters.source is not None:
        yield Run.source_slug == filters.source
    if filters.retried_from is not None:
        yield Run.retry_of_run_id == filters.retried_from
    if not filters.include_retried:
        yield Run.retry_of_run_id.is_(None)
    if filters.failure_type is not None:
        yield Run.status == RunState.FAILED
        yield FAILURE.is_not_distinct_from(filters.failure_type.value)


async def log_lines(db: AsyncSession, run_id: UUID) -> list[Line]:
    """A scraper's log of a run by stage, code and status, in the order of first sight, with the newest one's words."""
    found = await db.execute(LOG, {"run": run_id})
    return [Line(row.stage, row.code, row.status, row.times, row.meta or {}) for row in found]


@dataclass(frozen=True, slots=True)
class Reported:
    """What was heard of a run from outside."""

    attempts: int
    """Deliveries of its end."""
    accepted_at: datetime | None
    """When an end of it was first applied."""
    last_event_at: datetime | None
    watchdog_code: str | None
    """`STALE_HEARTBEAT_OR_CALLBACK` where the watchdog closed it."""


async def reported(db: AsyncSession, run_id: UUID) -> Reported:
    """In one statement."""
    ends = select(func.max(RunAttempt.attempt_no)).where(RunAttempt.source_run_id == run_id)
    applied = select(func.min(CallbackEvent.applied_at)).where(
        CallbackEvent.source_run_id == run_id, CallbackEvent.kind == Kind.COMPLETE.value
    )
    last = select(func.max(RunEvent.created_at)).where(RunEvent.source_run_id == run_id)
    stale = select(func.max(RunEvent.code)).where(
        RunEvent.source_run_id == run_id, RunEvent.event_type == "stale_run_recovered"
    )
    row = (await db.execute(select(*(each.scalar_subquery() for each in (ends, applied, last, stale))))).one()
    return Reported(row[0] or 0, row[1], row[2], row[3])


async def run_events(db: AsyncSession, run_id: UUID, limit: int = MOST_LINES, *, offset: int = 0) -> Sequence[RunEvent]:
    """A run's log, the newest first."""
    chosen = select(RunEvent).where(RunEvent.source_run_id == run_id)
    order = (RunEvent.created_at.desc(), RunEvent.id.desc())
    return (await db.scalars(chosen.order_by(*order).limit(limit).offset(offset or None))).all()


async def event_count(db: AsyncSession, run_id: UUID) -> int:
    """How many lines that log has, counted up to what documented offsets reach."""
    some = select(RunEvent.id).where(RunEvent.source_run_id == run_id).limit(FURTHEST + 1).subquery()
    return await db.scalar(select(func.count()).select_from(some)) or 0


async def callback_events(db: AsyncSession, run_id: UUID, limit: int = MOST_LINES) -> Sequence[CallbackEvent]:
    """What was called back about a run, the newest first."""
    chosen = select(CallbackEvent).where(CallbackEvent.source_run_id == run_id)
    order = (CallbackEvent.received_at.desc(), CallbackEvent.id.desc())
    return (await db.scalars(chosen.order_by(*order).limit(limit))).all()


async def chain(db: AsyncSession, run: Run) -> Sequence[Any]:
    """Runs that repeat or continue this one, and those it repeats or continues: id, mode, status, when."""
    around = [each for each in (run.retry_of_run_id, run.continues_run_id) if each]
    chosen = select(Run.id, Run.mode, Run.status, Run.created_at, Run.retry_of_run_id, Run.continues_run_id).where(
        (Run.retry_of_run_id == run.id) | (Run.continues_run_id == run.id) | Run.id.in_(around)
    )
    return (await db.execute(chosen.order_by(Run.created_at, Run.id).limit(20))).all()


async def schedule_events(db: AsyncSession, limit: int) -> Sequence[ScheduleEvent]:
    """What schedules did, the newest first."""
    order = (ScheduleEvent.created_at.desc(), ScheduleEvent.id.desc())
    return (await db.scalars(select(ScheduleEvent).order_by(*order).limit(limit))).all()
