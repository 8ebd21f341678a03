"""One child of the tree: started, buried, started again after a pause that grows with its deaths."""

from collections import deque

from waypost.cli.seed import Child, Seed

MOST_DEATHS = 5
SPAN_SECONDS = 60.0
FIRST_PAUSE = 0.2
FOREVER = 3600.0


class Part:
    """A part of the product that must live; `deaths` are the moments of the last minute when it did not.

    `apart`: it shares nothing with the others, not even what is loaded.
    """

    def __init__(self, name: str, command: list[str], *, apart: bool = False) -> None:
        self.name, self.command, self._apart = name, command, apart
        self.deaths: deque[float] = deque()
        self._process: Child | None = None
        self._due_at = 0.0

    def start_when_due(self, now: float, seed: Seed) -> None:
        """Start it, unless it lives or rests."""
        if self._process is None and now >= self._due_at:
            self._process = seed.start(self.command, apart=self._apart)

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
