"""A schedule comes round: a run is wished for, and whatever comes of that, the schedule goes on (sourcing.md 1.4)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.platform.work import Work
from waypost.sourcing.runs.actions import enqueue
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import Enqueued, RunWish
from waypost.sourcing.schedules import queries
from waypost.sourcing.schedules.events import note
from waypost.sourcing.schedules.models import ScrapeSchedule
from waypost.sourcing.schedules.rhythm import Rhythm
from waypost.sourcing.wire.words import RunState

MANUAL, CLOCK = "MANUAL_TRIGGER", "INTERNAL_SCHEDULER"
SUCCEEDED, FAILED = "schedule_enqueue_succeeded", "schedule_enqueue_failed"


@dataclass(frozen=True, slots=True)
class Fired:
    """What came of one schedule."""

    user_id: UUID
    enqueued: Enqueued | None = None
    refused: Refusal | None = None

    def told(self) -> dict[str, Any]:
        """The documented line of a trigger's results; an error is a code, never a text."""
        line: dict[str, Any] = {"userId": str(self.user_id), "ok": self.refused is None}
        if self.enqueued is not None:
            line["sourceRunId"] = str(self.enqueued.source_run_id)
        return line | ({"error": code_of(self.refused)} if self.refused else {})


async def fire_due(work: Work, terms: RunTerms) -> Fired | None:
    """The longest overdue schedule, in a work of its own; None when none is left.

    Claimed with a row lock that others pass over; the run and the schedule's next time are one transaction, so that a
    crash repeats both or neither.
    """
    schedule = await queries.take_due(work.db, work.now)
    return await fire(work, schedule, terms) if schedule is not None else None


async def fire(
    work: Work, schedule: ScrapeSchedule, terms: RunTerms, *, by_hand: bool = False, request_id: str | None = None
) -> Fired:
    """Wish for the run of a schedule, which is held. A refusal is written down and given back, never raised."""
    code = MANUAL if by_hand else CLOCK
    note(work, schedule, "schedule_trigger_received", code=code, request_id=request_id)
    schedule.last_triggered_at = work.now
    if schedule.enabled:
        schedule.next_run_at = Rhythm.of(schedule.cron, schedule.timezone).after(work.now)
    await work.db.flush()
    before = len(work.told)
    try:
        async with work.db.begin_nested():
            made = await enqueue(work, _wish(schedule, by_hand=by_hand, request_id=request_id), terms)
    except Refusal as refusal:
        del work.told[before:]
        return _failed(work, schedule, refusal, code, by_hand=by_hand)
    if made.refused is not None:
        schedule.last_run_id = made.source_run_id
        return _failed(work, schedule, made.refused, code, by_hand=by_hand, made=made)
    return _enqueued(work, schedule, made, code, by_hand=by_hand)


async def ended(work: Work, run_id: UUID, status: str) -> None:
    """The latest run of a schedule came to its end; runs that were wished for otherwise say nothing of one."""
    schedule = await queries.by_last_run(work.db, run_id)
    if schedule is None or schedule.last_run_status == status:
        return
    well = status == RunState.COMPLETED
    schedule.last_run_status = status
    if well:
        schedule.last_successful_at, schedule.last_successful_run_id = work.now, run_id
    else:
        schedule.last_failed_at = work.now
    kind, severity = ("schedule_run_completed", "info") if well else ("schedule_run_failed", "error")
    note(work, schedule, kind, severity=severity, code=status, meta={"sourceRunId": str(run_id)})


def code_of(refusal: Refusal | None) -> str:
    """What a program can compare."""
    return (refusal.code or refusal.kind().replace("-", "_").upper()) if refusal else ""


def _wish(schedule: ScrapeSchedule, *, by_hand: bool, request_id: str | None) -> RunWish:
    return RunWish(
        source=schedule.source,
        limit=schedule.wanted,
        filters=schedule.filters or None,
        career_profile_id=schedule.career_profile_id,
        mode="manual" if by_hand else "scheduled",
        request_id=request_id,
        person_id=schedule.user_id,
    )


def _enqueued(work: Work, schedule: ScrapeSchedule, made: Enqueued, code: str, *, by_hand: bool) -> Fired:
    """A run that needed no fetch has its end already."""
    schedule.last_run_id = made.source_run_id
    schedule.last_run_status = "ENQUEUED_MANUAL" if by_hand else "ENQUEUED"
    note(work, schedule, SUCCEEDED, code=code, run=(made.run.id, made.run.trace_id), meta={"status": made.status})
    if made.run.status == RunState.COMPLETED:
        schedule.last_run_status = str(made.run.status)
        schedule.last_successful_at, schedule.last_successful_run_id = work.now, made.run.id
    return Fired(schedule.user_id, made)


def _failed(
    work: Work, schedule: ScrapeSchedule, refusal: Refusal, code: str, *, by_hand: bool, made: Enqueued | None = None
) -> Fired:
    schedule.last_run_status = "ENQUEUE_FAILED_MANUAL" if by_hand else "ENQUEUE_FAILED"
    schedule.last_failed_at = work.now
    run = (made.run.id, made.run.trace_id) if made else None
    meta = {"trigger": code}
    note(work, schedule, FAILED, severity="error", code=code_of(refusal), message=refusal.title(), run=run, meta=meta)
    return Fired(schedule.user_id, made, refusal)
