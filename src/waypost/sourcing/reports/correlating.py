"""What operators ask when somebody calls: one run with its signals, one person, one id across everything.

Refused requests are kept by the watching feature, which stands above this one: its table is asked by its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import column, func, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import among
from waypost.sourcing.callbacks.models import CallbackEvent, EventState
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.reports import queries, wire
from waypost.sourcing.runs.models import Run, RunEvent
from waypost.sourcing.wire.words import RunState

TIMELINE, CALLBACKS, REQUESTS, RUNS = 100, 50, 50, 20
API_EVENTS = table(
    "api_request_events",
    *(column(name) for name in ("id", "user_id", "request_id", "level", "method", "path", "status_code", "created_at")),
    column("meta", JSONB),
)
STAGES = {
    "listing_fetch": "listing",
    "detail_fetch": "detail",
    "normalize": "normalization",
    "callback": "callback",
    "queued": "queue",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; at least one of them."""

    request_id: str | None = None
    trace_id: UUID | None = None
    run_id: UUID | None = None
    user_id: UUID | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was named."""
        return not (self.request_id or self.trace_id or self.run_id or self.user_id)


async def run_report(db: AsyncSession, run: Run) -> dict[str, Any]:
    """One run for who supports its person. Four statements."""
    timeline = await queries.run_events(db, run.id, TIMELINE)
    callbacks = await queries.callback_events(db, run.id, CALLBACKS)
    heard = {each for each in (*(one.request_id for one in timeline), *(one.request_id for one in callbacks)) if each}
    return {
        "run": wire.run_row(run),
        "timeline": [wire.event_line(each) for each in timeline],
        "callbackEvents": [wire.callback_line(each) for each in callbacks],
        "apiRequestEvents": await refused_requests(db, sorted(heard)),
        "signals": signals_of(run, timeline),
        "callbackSummary": await callback_summary(db, run.id),
    }


def signals_of(run: Run, timeline: Sequence[RunEvent]) -> dict[str, Any]:
    """When it was last heard of, and where it probably broke."""
    phase = run.progress.get("phase")
    broken = next((each.phase for each in timeline if each.severity == "error" and each.phase), phase)
    failed = run.status == RunState.FAILED
    never = "dispatch" if run.started_at is None else "unknown"
    return {
        "lastHeartbeatAt": wire.at(run.last_heartbeat_at),
        "lastTimelineEventAt": wire.at(timeline[0].created_at) if timeline else None,
        "reconcileReason": wire.WATCHED if run.closed_by_watchdog else None,
        "likelyFailureStage": STAGES.get(str(broken), never) if failed else None,
    }


async def callback_summary(db: AsyncSession, run_id: UUID) -> dict[str, Any]:
    """A run's callbacks in sums."""
    applied = CallbackEvent.state == EventState.APPLIED
    chosen = select(
        func.count().label("total"),
        func.count().filter(CallbackEvent.status == "FAILED").label("failed"),
        func.max(CallbackEvent.received_at).label("latest"),
    ).where(CallbackEvent.source_run_id == run_id)
    accepted = (
        select(CallbackEvent.request_id)
        .where(CallbackEvent.source_run_id == run_id, applied)
        .order_by(CallbackEvent.received_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = (await db.execute(chosen.add_columns(accepted.label("accepted")))).one()
    return {
        "totalEvents": row.total,
        "failedEvents": row.failed,
        "latestReceivedAt": wire.at(row.latest),
        "latestAcceptedRequestId": row.accepted,
    }


async def refused_requests(
    db: AsyncSession, request_ids: Sequence[str], *, person: UUID | None = None
) -> list[dict[str, Any]]:
    """Requests to sourcing that were not answered with a success, by their ids or by who sent them."""
    chosen = select(API_EVENTS).order_by(API_EVENTS.c.created_at.desc()).limit(REQUESTS)
    if person is not None:
        chosen = chosen.where(API_EVENTS.c.user_id == person)
    else:
        chosen = chosen.where(API_EVENTS.c.request_id.in_(list(request_ids)))
    return [api_line(row) for row in (await db.execute(chosen)).mappings()]


def api_line(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One refused request."""
    return {
        "id": str(row["id"]),
        "userId": str(row["user_id"]) if row["user_id"] else None,
        "requestId": row["request_id"],
        "level": row["level"],
        "method": row["method"],
        "path": row["path"],
        "statusCode": row["status_code"],
        "errorCode": row["meta"].get("code"),
        "createdAt": wire.at(row["created_at"]),
    }


async def person_report(db: AsyncSession, person: UUID) -> dict[str, Any]:
    """One person's newest runs, notebook and refused requests."""
    runs = (await db.execute(_runs(Run.user_id == person))).all()
    counted = select(UserJobOffer.status, func.count()).where(UserJobOffer.user_id == person)
    notebook = {status: times for status, times in await db.execute(counted.group_by(UserJobOffer.status))}
    return {
        "runs": [wire.run_row(run) for run in runs],
        "notebook": {"total": sum(notebook.values()), "byStatus": notebook},
        "apiRequestEvents": await refused_requests(db, [], person=person),
    }


async def correlated(db: AsyncSession, asked: Asked) -> dict[str, Any]:
    """Everything that one of these ids stands in, the newest first."""
    runs = (await db.execute(_runs(await _about(db, asked)))).all()
    ids = [run.id for run in runs]
    events = await db.scalars(_newest(RunEvent, RunEvent.source_run_id, ids, RunEvent.created_at, TIMELINE))
    called = await db.scalars(_newest(CallbackEvent, CallbackEvent.source_run_id, ids, CallbackEvent.received_at))
    timeline, callbacks = events.all(), called.all()
    heard = {asked.request_id} if asked.request_id else {each.request_id for each in timeline if each.request_id}
    return {
        "runs": [wire.run_row(run) for run in runs],
        "runEvents": [wire.event_line(each) for each in timeline],
        "callbackEvents": [wire.callback_line(each) for each in callbacks],
        "apiRequestEvents": await refused_requests(db, sorted(heard)),
    }


async def _about(db: AsyncSession, asked: Asked) -> Any:
    if asked.run_id:
        return Run.id == asked.run_id
    if asked.trace_id:
        return Run.trace_id == asked.trace_id
    if asked.request_id:
        told = select(RunEvent.source_run_id).where(RunEvent.request_id == asked.request_id).limit(RUNS)
        return among(Run.id, list((await db.scalars(told)).all()))
    return Run.user_id == asked.user_id


def _runs(condition: Any) -> Any:
    chosen: Any = select(*queries.ROW).where(condition)
    return chosen.order_by(Run.created_at.desc(), Run.id.desc()).limit(RUNS)


def _newest(model: Any, of_run: Any, ids: Sequence[UUID], at: Any, limit: int = CALLBACKS) -> Any:
    return select(model).where(among(of_run, ids)).order_by(at.desc()).limit(limit)
