"""A run's own log: one row for each thing that happened to it (sourcing.md 3.2)."""

from typing import Any

from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.runs.models import Run, RunEvent

LONGEST = 1_000


async def note(
    work: Work,
    run: Run,
    event_type: str,
    *,
    severity: str = "info",
    code: str | None = None,
    message: str | None = None,
    phase: str | None = None,
    request_id: str | None = None,
    attempt_no: int | None = None,
    meta: dict[str, Any] | None = None,
) -> None:
    """Write one line; `meta` is JSON-ready and holds neither secrets nor what people wrote."""
    row = line_of(
        work,
        run,
        event_type,
        severity=severity,
        code=code,
        message=message,
        phase=phase,
        request_id=request_id,
        attempt_no=attempt_no,
        meta=meta,
    )
    await insert_rows(work.db, RunEvent, [row])


def line_of(
    work: Work,
    run: Run,
    event_type: str,
    *,
    severity: str = "info",
    code: str | None = None,
    message: str | None = None,
    phase: str | None = None,
    request_id: str | None = None,
    attempt_no: int | None = None,
    meta: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The same as a row, for who writes several in one statement."""
    return {
        "source_run_id": run.id,
        "trace_id": run.trace_id,
        "event_type": event_type,
        "severity": severity,
        "request_id": request_id or run.request_id,
        "phase": phase,
        "attempt_no": attempt_no,
        "code": code,
        "message": message[:LONGEST] if message else None,
        "meta": meta or {},
        "created_at": work.now,
    }
