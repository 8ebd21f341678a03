"""Rows of runs as they stand at their end, for tests that only read them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.sourcing.runs.models import Run
from waypost.sourcing.wire.words import RunState


def ended_run(
    source: str,
    at: datetime,
    *,
    status: str = "COMPLETED",
    outcome: str | None = None,
    failure: str | None = None,
    person: UUID | None = None,
    **more: Any,
) -> Run:
    """A run that was made, and ended, at `at`."""
    ended = status in ("COMPLETED", "FAILED", "CANCELLED")
    values: dict[str, Any] = {
        "id": new_id(),
        "source_slug": source,
        "user_id": person,
        "intent_fingerprint": "0" * 64,
        "trace_id": new_id(),
        "status": RunState(status),
        "classified_outcome": outcome,
        "failure_type": failure,
        "last_signal_at": at,
        "created_at": at,
        "finalized_at": at if ended else None,
        "completed_at": at if ended else None,
    }
    return Run(**values | more)
