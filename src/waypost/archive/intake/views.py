"""What the documented doors answer about requests, queue and history: their keys, and ours beside them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from waypost.archive.records.models import KeptFile
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.archive.requests.queries import QUEUE, Depth

RESULTS = {State.ARCHIVED: "processed", State.SKIPPED: "skipped_not_triggered"}
"""The documented words of the history; failures are called the same."""


def job(ticket_id: int, request: ArchiveRequest | None, files: Sequence[KeptFile], *, closing: bool) -> dict[str, Any]:
    """`/jobs/{ticket_id}`: the three documented keys, and what is known of the newest request."""
    going = request is not None and not request.ended
    told: dict[str, Any] = {"ticket_id": ticket_id, "in_flight": going, "shutting_down": closing}
    told |= dict.fromkeys(("state", "attempts", "next_run_at", "last_error_code", "skipped_because", "request_id"))
    if request is not None:
        told |= {"state": str(request.state), "attempts": request.attempts, "next_run_at": _iso(request.next_run_at)}
        told |= {"last_error_code": request.error_code, "skipped_because": request.skipped_because}
        told["request_id"] = str(request.id)
    return told | {"artefacts": [artefact(one) for one in files]}


def artefact(file: KeptFile) -> dict[str, Any]:
    """One file that stands."""
    return {"role": file.role, "path": file.path, "sha256": file.sha256, "size": file.size}


def stats(depth: Depth, retries: int, now: datetime) -> dict[str, Any]:
    """The queue with the documented keys; names of streams are those of our one queue."""
    age = (now - depth.oldest).total_seconds() if depth.oldest else 0.0
    return {
        "execution_backend": "postgresql",
        "queue_enabled": True,
        "stream": QUEUE,
        "group": QUEUE,
        "consumer": None,
        "queue_depth": depth.waiting,
        "pending": depth.running,
        "dlq_stream": QUEUE,
        "dlq_depth": depth.dead,
        "retry_max_attempts": retries,
        "history_stream": QUEUE,
        "history_retention_maxlen": 0,
        "oldest_age_seconds": round(age, 3),
    }


SILENT = {
    "execution_backend": "postgresql",
    "queue_enabled": False,
    "status": "error",
    "detail": "queue_unavailable",
}
"""The stats of a queue that does not answer: still 200, as documented."""
UNKNOWN = {"execution_backend": "unknown", "queue_enabled": False}
"""The stats of a process that has no source."""


def history(requests: Sequence[ArchiveRequest]) -> dict[str, Any]:
    """`/jobs/history`, newest first."""
    return {"status": "ok", "count": len(requests), "items": [_line(one) for one in requests]}


def _line(request: ArchiveRequest) -> dict[str, Any]:
    ended = request.ended_at or request.updated_at
    return {
        "id": str(request.id),
        "status": RESULTS.get(request.state, str(request.state)),
        "ticket_id": int(request.ref) if request.ref.isascii() and request.ref.isdigit() else None,
        "classification": request.classification,
        "message": request.error or request.skipped_because or request.error_code or "",
        "delivery_id": request.delivery_id,
        "request_id": request.wire_request_id,
        "created_at": ended.timestamp(),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
