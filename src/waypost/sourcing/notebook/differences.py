"""How an offer changed from one observation to the next. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

SHOWN = ("title", "company", "location", "salary", "employment_type", "apply_url", "expires_at", "is_expired")
LONG = ("description", "requirements")
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Change:
    """One field that was different; long texts are only said to differ (`before` and `after` empty)."""

    field: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation, and what was new in it against the one before; the first has no changes."""

    at: datetime
    run_id: UUID | None
    changes: tuple[Change, ...] = ()
    first: bool = False


def compared(observations: Sequence[tuple[datetime, UUID | None, Mapping[str, Any]]]) -> list[Seen]:
    """From the newest to the oldest, each against the one before it."""
    found = []
    for at, (moment, run_id, values) in enumerate(observations):
        older = observations[at + 1][2] if at + 1 < len(observations) else None
        changes = () if older is None else tuple(_changes(older, values))
        found.append(Seen(moment, run_id, changes, older is None))
    return found


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    short = [
        Change(name, _text(before.get(name)), _text(after.get(name)))
        for name in SHOWN
        if _text(before.get(name)) != _text(after.get(name))
    ]
    long = [Change(name) for name in LONG if before.get(name) != after.get(name)]
    return short + long


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST]
