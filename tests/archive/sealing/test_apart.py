"""A copy of a process for one piece of work: its answer comes back, its end is noticed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from waypost.archive.sealing.apart import CopyEnded, apart


def test_a_copy_that_is_killed_is_noticed_and_errors_come_back() -> None:
    assert _in_a_process("print(apart(sum, (1, 2)))") == "3"
    assert _in_a_process("print(apart(lambda: os.getpid()) != os.getpid())") == "True"
    with pytest.raises(subprocess.CalledProcessError, match="exit status 1") as ended:
        _in_a_process("apart(lambda: os.kill(os.getpid(), 9))")
    assert CopyEnded.__name__ in ended.value.stderr
    with pytest.raises(subprocess.CalledProcessError) as failed:
        _in_a_process("apart(int, 'x')")
    assert "ValueError: invalid literal" in failed.value.stderr


def test_a_copy_ends_with_the_process_it_came_from() -> None:
    program = "apart(lambda: (print(os.getpid(), flush=True), time.sleep(60)))"
    command = [sys.executable, "-c", f"import os, time\nfrom {apart.__module__} import apart\n{program}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        copy = int(process.stdout.readline())
        process.kill()
    for _ in range(500):
        if not Path(f"/proc/{copy}").exists():
            return
        time.sleep(0.02)
    os.kill(copy, signal.SIGKILL)
    raise AssertionError("the copy lives on")


def _in_a_process(line: str) -> str:
    command = [sys.executable, "-c", f"import os\nfrom {apart.__module__} import apart\n{line}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
