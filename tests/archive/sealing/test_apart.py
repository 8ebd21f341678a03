"""A process for one piece of work: its answer comes back, its end is noticed, and it outlives nobody."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from waypost.archive.sealing.apart import ProcessEnded, apart


def test_answers_and_errors_come_back(tmp_path: Path) -> None:
    assert apart(tmp_path, sum, (1, 2)) == 3
    assert apart(tmp_path, os.getpid) != os.getpid()
    with pytest.raises(ValueError, match="invalid literal"):
        apart(tmp_path, int, "x")
    assert list(tmp_path.iterdir()) == []


def test_an_end_without_an_answer_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(ProcessEnded):
        apart(tmp_path, os._exit, 3)
    with pytest.raises(ProcessEnded):
        apart(tmp_path, signal.raise_signal, signal.SIGKILL)


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    work = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    program = (
        f"import pathlib\nfrom {apart.__module__} import apart\napart(pathlib.Path({str(tmp_path)!r}), exec, {work!r})"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        other = int(process.stdout.readline())
        process.kill()
    assert _ended(other)


def _ended(pid: int) -> bool:
    """Whether it ends by itself; it does not live on after the test in any case."""
    for _ in range(500):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return False
