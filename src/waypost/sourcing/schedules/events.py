"""A schedule's history: one row for each thing that happened to it (sourcing.md 3.7)."""

from typing import Any
from uuid import UUID

from waypost.platform.work import Work
from waypost.sourcing.schedules.models import ScheduleEvent, ScrapeSchedule


def note(
    work: Work,
    schedule: ScrapeSchedule,
    event_type: str,
    *,
    severity: str = "info",
    code: str | None = None,
    message: str | None = None,
    run: tuple[UUID, UUID] | None = None,
    request_id: str | None = None,
    meta: dict[str, Any] | None = None,
) -> None:
    """Write one line; `run` is a run's id and trace."""
    run_id, trace_id = run or (None, None)
    work.db.add(
        ScheduleEvent(
            schedule_id=schedule.id,
            user_id=schedule.user_id,
            source_run_id=run_id,
            trace_id=trace_id,
            request_id=request_id,
            event_type=event_type,
            severity=severity,
            code=code,
            message=message,
            meta=meta or {},
            created_at=work.now,
        )
    )
