"""Lines of the lists as programs and spreadsheets read them."""

import csv
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import StringIO
from typing import Any

from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.watching.trail.models import ApiRequestEvent, AuthorizationEvent

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run."""
EVENT_COLUMNS = ("id", "sourceRunId", "eventId", "attemptNo", "status", "payloadHash", "emittedAt", "receivedAt")
DECISION_COLUMNS = ("id", "createdAt", "userId", "permission", "decision", "method", "path", "requestId")


def event(row: CallbackEvent) -> dict[str, Any]:
    """One callback event, without its offers."""
    return {
        "id": str(row.id),
        "sourceRunId": str(row.source_run_id),
        "eventId": row.event_id,
        "requestId": row.request_id,
        "kind": row.kind,
        "attemptNo": row.attempt_no,
        "status": row.status,
        "state": str(row.state),
        "outcomeCode": row.outcome_code,
        "payloadHash": row.payload_hash,
        "emittedAt": iso(row.emitted_at),
        "receivedAt": iso(row.received_at),
        "appliedAt": iso(row.applied_at),
        "payload": row.payload,
    }


def request(row: ApiRequestEvent) -> dict[str, Any]:
    """One refused request."""
    return {
        "id": str(row.id),
        "userId": str(row.user_id) if row.user_id else None,
        "requestId": row.request_id,
        "level": row.level,
        "method": row.method,
        "path": row.path,
        "statusCode": row.status_code,
        "errorCode": row.meta.get("code"),
        "durationMs": row.duration_ms,
        "createdAt": iso(row.created_at),
    }


def decision(row: AuthorizationEvent) -> dict[str, Any]:
    """One knock at a door with a key."""
    return {
        "id": str(row.id),
        "createdAt": iso(row.created_at),
        "userId": str(row.user_id) if row.user_id else None,
        "permission": row.permission,
        "decision": row.decision,
        "method": row.method,
        "path": row.path,
        "requestId": row.request_id,
    }


def iso(at: datetime | None) -> str | None:
    """RFC 3339, or nothing."""
    return at.isoformat() if at else None


def lines(columns: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of a spreadsheet with CRLF; formulas are defused."""
    kept = StringIO()
    names = list(columns)
    csv.writer(kept).writerows([_cell(row[name]) for name in names] for row in rows)
    return kept.getvalue()


def head(columns: Iterable[str]) -> str:
    """The first line."""
    return ",".join(columns) + "\r\n"


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RISKY) else text
