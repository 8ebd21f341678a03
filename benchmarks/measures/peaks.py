"""The most memory that any process below this one held while something ran, from the kernel's own books."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measures.memory import tree

_PAUSE = 0.3
_TICKS = os.sysconf("SC_CLK_TCK")


class Peak:
    """Megabytes of the largest process; its high-water mark (VmHWM), so moments between two looks count too."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self.cost = 0.0
        """Processor seconds that watching took itself."""

    def look(self) -> None:
        """Count what runs now."""
        for pid in tree(os.getpid())[1:]:
            self.megabytes = max(self.megabytes, _high_water(pid))


@contextmanager
def watched() -> Iterator[Peak]:
    """Watch for as long as the block lasts."""
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.is_set():
            peak.look()
            peak.cost = time.thread_time()
            time.sleep(_PAUSE)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def spent() -> float:
    """Processor seconds of this process and of all that came from it, ended ones included."""
    return sum(_seconds(pid) for pid in tree(os.getpid()))


def _seconds(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / _TICKS


def _high_water(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)
