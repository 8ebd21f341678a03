"""Sharing figures: all processes of a host write into one folder, and any of them answers for all (`/metrics`)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


_declarers: list[int] = []
"""Processes that declared metrics for those who come out of them."""


class TooLateToShare(RuntimeError):
    """The metrics library was loaded before the folder was named: a fault of ours."""


def share(folder: Path) -> None:
    """Let this process keep its figures in `folder` (made when missing). Must come before any metric is declared.

    When no process of an earlier run lives, its files go, and counters start anew. Otherwise only the gauges of the
    dead go: a counter that shrinks looks like a restart to Prometheus and would invent a peak.
    """
    if "prometheus_client" in sys.modules and not _declared_for_us():
        raise TooLateToShare
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[VARIABLE] = str(folder)
    files = {file: _owner(file) for file in folder.glob("*.db")}
    alive = {pid for pid in set(files.values()) if _lives(pid)}
    for file, pid in files.items():
        if not alive or (pid not in alive and file.name.startswith("gauge_live")):
            with suppress(FileNotFoundError):
                file.unlink()


@contextmanager
def declared_for_others() -> Iterator[None]:
    """Metrics declared in the block are for processes that come out of this one, each of which calls `share`.

    The library notices by its pid that it is another process now, and opens the files of that one then.
    """
    with kept_aside():
        yield
    _declarers.append(os.getpid())


@contextmanager
def kept_aside() -> Iterator[None]:
    """Figures go where nobody reads them: those of this process, and of processes that come out of it in the block to
    run an errand, which never call `share`."""
    ours, folder = os.getpid(), mkdtemp(prefix="waypost-metrics-")
    os.environ[VARIABLE] = folder
    try:
        yield
    finally:
        if os.getpid() == ours:  # a child leaves the block too, and goes on counting
            del os.environ[VARIABLE]
            rmtree(folder, ignore_errors=True)


def _declared_for_us() -> bool:
    return bool(_declarers) and os.getpid() not in _declarers


def leave() -> None:
    """Take back this process's gauges; its counters stay."""
    if VARIABLE in os.environ:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]  # the library has no types here


def _owner(file: Path) -> int:
    number = file.stem.rpartition("_")[2]
    return int(number) if number.isdigit() else 0


def _lives(pid: int) -> bool:
    """Somebody else's process of that number; our own number is left over from a container's last life."""
    if pid in (0, os.getpid()):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
