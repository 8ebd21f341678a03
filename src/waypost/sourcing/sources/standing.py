"""What state a source is in, and whether it may be asked: pure, from its row and the time."""

from datetime import datetime
from enum import StrEnum

from waypost.sourcing.sources.hours import is_open, opens_at
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.refusals import SourceResting


class Condition(StrEnum):
    """In the order in which it matters."""

    STOPPED = "stopped"
    UNPERMITTED = "unpermitted"
    DISABLED = "disabled"
    RESTING = "resting"
    OPEN = "open"


def condition_of(source: Source, now: datetime) -> Condition:
    """The first thing that keeps it from being asked, or `OPEN`."""
    if source.killed_at:
        return Condition.STOPPED
    if not source.permission_note:
        return Condition.UNPERMITTED
    if not source.enabled:
        return Condition.DISABLED
    return Condition.OPEN if is_open(source, now) else Condition.RESTING


def check_hours(source: Source, now: datetime) -> None:
    """Refuses (`SourceResting`) outside the hours in which a source may be asked."""
    if not is_open(source, now):
        raise SourceResting(f"{source.name} may be asked again from {opens_at(source, now):%Y-%m-%d %H:%M} UTC.")
