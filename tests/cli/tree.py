"""`waypost up` as a real tree of processes."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 90.0


class Up:
    """A tree on a free port; `output` is all that its processes have said so far."""

    def __init__(self, data: Path, log: Path, *options: str) -> None:
        self.data, self._log, self._options = data, log, options

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "waypost.cli", "up", "--port", "0", "--data", str(self.data)]
        command += self._options
        with self._log.open("wb") as log:
            self.parent = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | {"LOG_LEVEL": "warning"}
            )
        ready = until(lambda: "ready" in self.output() or self.parent.poll() is not None)
        if not ready or self.parent.poll() is not None:
            self.parent.kill()
            self.parent.wait()
            raise AssertionError(self.output())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in [self.parent.pid, *self.children().values()]:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.parent.wait()
        assert until(lambda: not inhabitants(self.data)), inhabitants(self.data)

    @property
    def url(self) -> str:
        """Where it said that it is."""
        found = re.search(r"ready at (http://\S+)", self.output())
        assert found is not None
        return found[1]

    @property
    def address(self) -> tuple[str, int]:
        """The same as host and port."""
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        return host, int(port)

    def output(self) -> str:
        """Everything said so far."""
        return self._log.read_text() if self._log.exists() else ""

    def children(self) -> dict[str, int]:
        """Pids of the parts by their command."""
        listed = Path(f"/proc/{self.parent.pid}/task/{self.parent.pid}/children")
        pids = [int(pid) for pid in listed.read_text().split()] if listed.exists() else []
        return {words[4]: pid for pid in pids if len(words := command_of(pid)) > 4}

    def next_worker(self, before: int) -> int:
        """The worker's pid, once it is another than `before`."""
        return self.another("worker", before)

    def another(self, command: str, before: int) -> int:
        """The pid of a part by its command, once it is another than `before`."""
        assert until(lambda: self.children().get(command, before) != before)
        return self.children()[command]

    def end(self, number: int) -> int:
        """Send the parent a signal and wait; the exit code."""
        self.parent.send_signal(number)
        return self.parent.wait(PATIENCE)


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait for something to be true; False when it never was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


def command_of(pid: int) -> list[str]:
    """What it was started as; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []


def inhabitants(data: Path) -> list[str]:
    """Everything that runs for a data folder: our processes and the server's."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    lines = [" ".join(command_of(pid)) for pid in pids if pid != os.getpid()]
    return [line for line in lines if str(data) in line]
