"""A run's way through time, as figures for a drawing a thousand units wide. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waypost.sourcing.wire.words import TERMINAL

WIDE = 1_000
THIN = 4
"""The least width of a stretch that can still be seen."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """`kind`: waiting or reading."""

    kind: str
    x: int
    width: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that went wrong, or was said, at one instant."""

    x: int
    severity: str
    event: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it."""

    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...]
    begins: datetime
    ends: datetime


def drawn(run: Any, events: Sequence[Any], now: datetime) -> Drawing:
    """From its creation to its end, or to now."""
    begins = run.created_at
    ended = run.finalized_at or run.completed_at if run.status in TERMINAL else None
    ends = max(ended or now, begins)
    span = (ends - begins).total_seconds() or 1.0

    def place(moment: datetime) -> int:
        share: float = (moment - begins).total_seconds() / span
        return round(min(max(share, 0.0), 1.0) * WIDE)

    started = min(run.started_at, ends) if run.started_at else ends
    parts = (("waiting", begins, started), ("reading", started, ends))
    stretches = [
        Stretch(kind, place(a), max(place(b) - place(a), THIN), a, b)
        for kind, a, b in parts
        if b > a or kind == "waiting"
    ]
    marks = [Mark(place(each.created_at), each.severity, each.event_type, each.created_at) for each in events]
    return Drawing(tuple(stretches), tuple(marks), begins, ends)
