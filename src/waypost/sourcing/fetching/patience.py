"""Until when a page may be waited for: whoever carries a run out says it, and the visitor does not wait past it.

A request that is under way is never broken off for it: its page would have to be asked for again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from waypost.sourcing.fetching.faults import OutOfTime

_until: ContextVar[datetime | None] = ContextVar("until", default=None)


@contextmanager
def until(moment: datetime) -> Iterator[None]:
    """Inside, no request begins to wait for a slot after that moment."""
    token = _until.set(moment)
    try:
        yield
    finally:
        _until.reset(token)


def in_time(moment: datetime) -> None:
    """Refuses with `OutOfTime` what would begin too late."""
    known = _until.get()
    if known is not None and moment > known:
        raise OutOfTime("the task's time is over")
