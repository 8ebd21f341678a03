"""What the scraper says of its dead letters and of itself, read tolerantly: the two sides are updated apart (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

WORD, SENTENCE = 128, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of its spool, without its body."""

    id: str
    run_id: UUID
    kind: str
    event_id: str
    request_id: str | None
    reason: str | None
    last_status: int | None
    permanence: str
    attempts: int
    created_at: datetime


def entries(told: Mapping[str, Any]) -> list[Entry]:
    """All that can be read; what cannot is nothing that a person could act upon."""
    given = told.get("items", ())
    found = [_entry(each) for each in given if isinstance(each, Mapping)] if isinstance(given, Sequence) else []
    return [each for each in found if each is not None]


def _entry(told: Mapping[str, Any]) -> Entry | None:
    try:
        return Entry(
            id=str(told["id"])[:WORD],
            run_id=UUID(str(told["sourceRunId"])),
            kind="complete" if told.get("kind") == "complete" else "ingest",
            event_id=str(told["eventId"])[:WORD],
            request_id=_text(told.get("requestId"), WORD),
            reason=_text(told.get("reason"), SENTENCE),
            last_status=_number(told.get("lastStatus")),
            permanence="permanent" if told.get("class") == "permanent" else "transient",
            attempts=_number(told.get("attempts")) or 0,
            created_at=_moment(told["createdAt"]),
        )
    except (KeyError, ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What its `/health` says, as far as pages and rules need it."""

    queued: int
    active: int
    most_active: int
    most_queued: int
    dead: int
    oldest_age: float | None
    draining: bool
    last_task_at: str | None
    version: str | None
    policy: Mapping[str, Any]


def health(told: Mapping[str, Any]) -> Health:
    """Absent numbers count as 0."""
    queue, dead = _inner(told, "queue"), _inner(told, "deadLetters")
    age = dead.get("oldestAgeSec")
    return Health(
        queued=_number(queue.get("queued")) or 0,
        active=_number(queue.get("active")) or 0,
        most_active=_number(queue.get("maxConcurrent")) or 0,
        most_queued=_number(queue.get("maxQueueSize")) or 0,
        dead=_number(dead.get("count")) or 0,
        oldest_age=float(age) if isinstance(age, int | float) else None,
        draining=told.get("draining") is True,
        last_task_at=_text(told.get("lastTaskAt"), WORD),
        version=_text(told.get("version"), WORD),
        policy=_inner(told, "policy"),
    )


def _inner(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: Any, longest: int) -> str | None:
    return value[:longest].replace("\x00", "") if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62 else None


def _moment(value: Any) -> datetime:
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
