"""Wake-ups from this process: to a worker in the same process at once, to all others through the connected signals."""

from collections.abc import Callable
from uuid import UUID

from waypost.platform.signals import JOBS, LIVE, Signals

_connected: list[Signals] = []
_near: list[Callable[[str], None]] = []


def send_through(signals: Signals | None) -> None:
    """Connect (or, with None, disconnect) this process's pokes; without signals only polling tells other processes."""
    _connected[:] = [signals] if signals else []


def near(wake: Callable[[str], None]) -> Callable[[], None]:
    """A worker in this event loop wants to know of new jobs (`wake(queue)`); returns the function that stops it."""
    _near.append(wake)
    return lambda: _near.remove(wake)


def poke_jobs(queue: str) -> None:
    """Jobs were added to a queue."""
    for wake in _near:
        wake(queue)
    for signals in _connected:
        signals.poke(JOBS, queue)


def poke_live(org: UUID, event: str, thing_id: UUID) -> None:
    """Something happened to a thing that a page may be showing."""
    for signals in _connected:
        signals.poke(LIVE, f"{org}:{event}:{thing_id}")
