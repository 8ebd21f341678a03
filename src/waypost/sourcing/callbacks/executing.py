"""The scraper's own log of a run, as it rides on heartbeats and on the end: each line once (sourcing.md 3.4)."""

from collections.abc import Sequence

from waypost.platform.rows import insert_unless_there
from waypost.platform.work import Work
from waypost.sourcing.callbacks.callback import moment_or
from waypost.sourcing.runs.models import ExecutionEvent, Run
from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.report import Execution

LARGEST_META = 8_000
"""Bytes that one line keeps beside its words."""


async def keep_lines(
    work: Work, run: Run, lines: Sequence[Execution], lease_token: int | None, request_id: str
) -> None:
    """Store lines; those that came before, with the same number under the same lease, are skipped. One statement."""
    token = run.lease_token if lease_token is None else lease_token
    shared = {
        "source_run_id": run.id,
        "lease_token": token,
        "trace_id": run.trace_id,
        "request_id": request_id or None,
        "task_id": str(run.id),
        "dedupe_key": run.intent_fingerprint,
    }
    rows = [
        {
            **shared,
            "seq": each.seq,
            "stage": each.stage,
            "status": each.status,
            "execution_status": _short(each.meta.get("executionStatus")),
            "code": each.code,
            "message": each.message,
            "meta": each.meta if len(canonical(each.meta)) <= LARGEST_META else {"cut": True},
            "created_at": moment_or(each.at, work.now),
        }
        for each in lines
    ]
    await insert_unless_there(work.db, ExecutionEvent, rows)


def _short(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= 64 else None
