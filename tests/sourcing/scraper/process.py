"""A scripted scraper from outside: started, asked, stopped, killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2

from tests.sourcing.scraper.far_side import SECRET

TOKEN = "whoever has this may hand tasks over"
PATIENCE = 60.0
QUICK = {
    "WORKER_HEARTBEAT_INTERVAL_MS": "1000",
    "WORKER_CALLBACK_RETRY_BACKOFF_MS": "100",
    "WORKER_CALLBACK_RETRY_MAX_DELAY_MS": "100",
    "WORKER_LOG_LEVEL": "info",
}


@dataclass(slots=True)
class Scraper:
    """One folder, and the process that has it."""

    folder: Path
    callback_url: str
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    _process: "subprocess.Popen[bytes] | None" = None
    _socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self._socket is not None:
            self._socket.close()

    def start(self, **more: str) -> Self:
        """On the same port as before; answers when this returns."""
        if self._socket is None:
            self._socket = socket.create_server(("127.0.0.1", self.port))
            self.port = self._socket.getsockname()[1]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.sourcing.scraper.scripted", str(self._socket.fileno()), str(self.folder)],
                env=self._environment(more),
                pass_fds=[self._socket.fileno()],
                cwd=Path(__file__).parents[3],
                stdout=log,
                stderr=log,
            )
        return self

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {
            "TASKS_AUTH_TOKEN": TOKEN,
            "WORKER_CALLBACK_URL": self.callback_url,
            "WORKER_CALLBACK_SIGNING_SECRET": SECRET,
            "WORKER_DEAD_LETTER_DIR": str(self.folder / "dead-letter"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, **QUICK, **own, **self.environment, **more}

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, *, token: str | None = TOKEN, **options: Any) -> httpx2.Response:
        """One request."""
        headers = ({"authorization": f"Bearer {token}"} if token else {}) | options.pop("headers", {})
        return httpx2.request(method, self.url + path, headers=headers, timeout=PATIENCE, **options)

    def hand(self, run_id: str | None = None, **more: Any) -> httpx2.Response:
        """Hand a task over; `script` says what happens."""
        return self.ask("POST", "/tasks", json=task(run_id, **more))

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def ended(self, seconds: float = PATIENCE) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """As by kill -9."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    @property
    def has_died(self) -> bool:
        """Whether it ended."""
        return self._process is not None and self._process.poll() is not None

    @property
    def log(self) -> str:
        """Everything it said."""
        return (self.folder / "log").read_text()

    def lines(self) -> list[dict[str, Any]]:
        """Its log lines."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]


def task(run_id: str | None = None, script: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A task as the API writes it."""
    return {
        "taskSchemaVersion": "1",
        "source": "board",
        "sourceRunId": run_id or str(uuid4()),
        "runId": "run-1",
        "leaseToken": 1,
        "filters": dict(script or {}),
        **more,
    }


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Wait for something to be true; False when it never was."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.01)
    return False
