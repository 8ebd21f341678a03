"""One child of the tree: started, buried, started again after a pause that grows with its deaths."""

import os
import subprocess
import sys
from collections import deque

from waypost.cli.leash import LEASH

MOST_DEATHS = 5
SPAN_SECONDS = 60.0
FIRST_PAUSE = 0.2
FOREVER = 3600.0


def started(command: list[str]) -> "subprocess.Popen[bytes]":
    """A command of ours on a leash. In a process group of its own, it hears of a Ctrl-C from us only."""
    whole = [sys.executable, "-P", "-m", "waypost.cli", *command]
    return subprocess.Popen(whole, stdin=subprocess.PIPE, env=os.environ | {LEASH: "1"}, process_group=0)


class Part:
    """A part of the product that must live; `deaths` are the moments of the last minute when it did not."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.deaths: deque[float] = deque()
        self._process: subprocess.Popen[bytes] | None = None
        self._due_at = 0.0

    def start_when_due(self, now: float) -> None:
        """Start it, unless it lives or rests."""
        if self._process is None and now >= self._due_at:
            self._process = started(self.command)

    def due_in(self, now: float) -> float:
        """Seconds until it wants to be started; a living one wants nothing."""
        return FOREVER if self._process else max(0.0, self._due_at - now)

    def lives(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    def ended(self) -> bool:
        """Whether it was started and runs no more."""
        return self._process is not None and self._process.poll() is not None

    def bury(self, now: float) -> int:
        """Note its death; gives the exit code."""
        assert self._process is not None
        code = self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self._process = None
        self.deaths.append(now)
        while self.deaths[0] < now - SPAN_SECONDS:
            self.deaths.popleft()
        self._due_at = now + FIRST_PAUSE * 2 ** (len(self.deaths) - 1)
        return code

    @property
    def dies_too_often(self) -> bool:
        """Starting it again does not help."""
        return len(self.deaths) >= MOST_DEATHS

    def ask_to_stop(self) -> None:
        """SIGTERM: it finishes what is under way."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
