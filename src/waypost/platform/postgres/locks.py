"""Locks that the kernel drops when their holder ends, even by kill -9 (flock, see flock(2))."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waypost.platform.postgres.refusal import PostgresRefused

PATIENCE = 120.0
PAUSE = 0.01
CLOSED = -1
_held: set[int] = set()


class Lease:
    """A share in the running server, held until `release` or until this process ends."""

    def __init__(self, users_lock: Path) -> None:
        """Wait while a keeper is stopping the server. Refused after two minutes."""
        self._handle = _open(users_lock)
        try:
            _take(self._handle, fcntl.LOCK_SH, users_lock)
        except PostgresRefused:
            self.release()
            raise

    def release(self) -> None:
        """Once is enough, twice does no harm, and in a forked child there is nothing left to release."""
        _close(self._handle)
        self._handle = CLOSED


def _forget_in_child() -> None:
    """A forked child is no user by itself; closing its copies leaves the parent's locks alone."""
    for handle in _held:
        os.close(handle)
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock exclusively; wait for others, at most two minutes."""
    handle = _open(lock)
    try:
        _take(handle, fcntl.LOCK_EX, lock)
        yield
    finally:
        _close(handle)


def is_held(lock: Path) -> bool:
    """Whether any living process holds the lock exclusively."""
    handle = _open(lock)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        _close(handle)
    return False


def _open(lock: Path) -> int:
    """Close-on-exec, as all of Python's: a program we start must not hold our lock."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    _held.add(handle)
    return handle


def _close(handle: int) -> None:
    if handle in _held:
        _held.discard(handle)
        os.close(handle)


def _take(handle: int, kind: int, lock: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise PostgresRefused(f"Another process keeps {lock} busy; see {lock.parent}/server.log.") from None
        time.sleep(PAUSE)
