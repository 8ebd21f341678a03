"""Wakes the waiting parent when a child ends or somebody asks it to stop; it costs nothing meanwhile."""

import os
import select
import signal
from types import FrameType


class Bell:
    """Take it once, in the main thread. `asked` counts the signals that mean stop."""

    def __init__(self) -> None:
        self.asked = 0
        self._heard, ring = os.pipe()
        for end in (self._heard, ring):
            os.set_blocking(end, False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        signal.signal(signal.SIGCHLD, self._stir)
        signal.set_wakeup_fd(ring, warn_on_full_buffer=False)

    def wait(self, seconds: float | None = None) -> None:
        """Until a signal comes, at most so long."""
        if select.select([self._heard], [], [], seconds)[0]:
            os.read(self._heard, 4096)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked += 1

    def _stir(self, number: int, frame: FrameType | None) -> None:
        """The wake-up alone is what counts."""
