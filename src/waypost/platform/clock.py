"""Time is handed in, never fetched: whoever opens a work asks the clock once, and tests bring their own."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment with its offset (UTC); naive times do not exist in Waypost."""
    return datetime.now(UTC)
