"""How a run ends: one verb for callbacks and for the sweeper, and the one exception that opens an end again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.log import line_of, note
from waypost.sourcing.runs.models import Run, RunEnded, RunEvent
from waypost.sourcing.runs.progress import Added
from waypost.sourcing.runs.states import LIVE_STATES, change, move
from waypost.sourcing.wire.words import FailureType, Outcome, RunState

LATE = "late_callback_after_stale_recovery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A line of the run's log that goes with its end."""

    event_type: str
    severity: str = "info"
    code: str | None = None
    message: str | None = None
    request_id: str | None = None
    attempt_no: int | None = None
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What a run came to. `said` are the lines for its log, in order; `progress` is merged."""

    status: RunState
    said: tuple[Said, ...] = ()
    total_found: int | None = None
    scraped_count: int | None = None
    error: str | None = None
    failure_type: FailureType | None = None
    failure_code: str | None = None
    outcome: Outcome | None = None
    empty_reason: str | None = None
    source_quality: str | None = None
    diagnostics: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)
    by_watchdog: bool = False
    replayed: bool = False

    def fields(self, now: datetime) -> dict[str, Any]:
        """The columns of the run's row."""
        told: dict[str, Any] = {
            "total_found": self.total_found,
            "scraped_count": self.scraped_count,
            "error": self.error,
            "failure_type": self.failure_type,
            "failure_code": self.failure_code,
            "classified_outcome": self.outcome,
            "empty_reason": self.empty_reason,
            "source_quality": self.source_quality,
            "diagnostics": self.diagnostics,
        }
        ended = {"completed_at": now, "finalized_at": now, "lease_expires_at": None}
        if self.progress:
            told["progress"] = Added(self.progress)
        return told | ended | {"closed_by_watchdog": self.by_watchdog, "replayed": self.replayed}


class Late(StrEnum):
    """What became of a result that came after the watchdog (ruling 35)."""

    REOPENED = "reopened"
    """The run is COMPLETED after all."""
    KEPT = "kept"
    """It was retried meanwhile, or did not end by the watchdog: its offers count, its state stays."""


async def finish(work: Work, run: Run, end: End) -> bool:
    """Close a run once: state, outcome, log, and the fact `RunEnded`. False where it had an end already.

    A run that completes without ever having been heard of goes through RUNNING first, as documented. One that its owner
    took back ends CANCELLED where it would have failed.
    """
    if end.status is RunState.COMPLETED and run.status == RunState.PENDING:
        await move(work.db, run.id, RunState.RUNNING, since={RunState.PENDING}, started_at=work.now)
    if end.status is RunState.FAILED and run.cancel_requested_at is not None:
        end = replace(end, status=RunState.CANCELLED, by_watchdog=False)
    since = {RunState.RUNNING} if end.status is RunState.COMPLETED else LIVE_STATES
    if not await move(work.db, run.id, end.status, since=since, **end.fields(work.now)):
        return False
    await _told(work, run, end)
    return True


async def finish_if_silent(work: Work, run: Run, end: End, *, since: datetime) -> bool:
    """The same for the watchdog: only while nothing was heard after `since`, the signal it judged by."""
    held = await queries.by_id(work.db, run.id, for_update=True)
    return held.last_signal_at == since and await finish(work, held, end)


async def accept_late(work: Work, run: Run, end: End) -> Late:
    """A COMPLETED that comes after the watchdog: the run is opened again unless it has a child (ruling 35).

    Call it with the terminal run; its offers are the caller's to keep in both cases.
    """
    held = await queries.by_id(work.db, run.id, for_update=True)
    stamp = {"late_result_accepted_at": work.now}
    if not held.closed_by_watchdog or held.status != RunState.FAILED or await queries.was_retried(work.db, run.id):
        await change(work.db, run.id, since=set(RunState), **stamp)
        await note(work, held, LATE, severity="warning", code="LATE_RESULT_MERGED")
        return Late.KEPT
    await change(work.db, run.id, since={RunState.FAILED}, status=end.status, **end.fields(work.now), **stamp)
    await note(work, held, LATE, code="LATE_RESULT_REOPENED")
    await _told(work, held, end)
    return Late.REOPENED


async def _told(work: Work, run: Run, end: End) -> None:
    await tell(work, run, end.said)
    work.tell(RunEnded(run.id, end.status.value))


async def tell(work: Work, run: Run, said: Sequence[Said]) -> None:
    """Write lines into a run's log, in one statement."""
    await insert_rows(work.db, RunEvent, [line_of(work, run, **asdict(one)) for one in said])
