"""Files of a run lie in memory where there is room: what is promised to a disk keeps many tests waiting for one.

That a disk keeps its promise is nothing that a test here could see. `--basetemp` puts the files of a run elsewhere.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""Bytes that must be free: several times what a run takes."""
WHERE = "PYTEST_DEBUG_TEMPROOT"
NAME = "waypost-tests-"

_ours: list[Path] = []


def pytest_configure(config: pytest.Config) -> None:
    """Before the first file is made; workers are told where by the process that started them."""
    asked_otherwise = config.option.basetemp or WHERE in os.environ
    if not asked_otherwise and roomy(MEMORY):
        sweep(MEMORY)
        _ours.append(Path(tempfile.mkdtemp(prefix=f"{NAME}{os.getpid()}-", dir=MEMORY)))
        os.environ[WHERE] = str(_ours[0])


def pytest_unconfigure() -> None:
    """Memory is given back, however the run ended."""
    while _ours:
        shutil.rmtree(_ours.pop(), ignore_errors=True)
        del os.environ[WHERE]


def sweep(memory: Path) -> None:
    """What a killed run of ours has left."""
    for folder in memory.glob(f"{NAME}*-*"):
        pid = folder.name.removeprefix(NAME).partition("-")[0]
        if folder.stat().st_uid == os.getuid() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


def roomy(folder: Path) -> bool:
    """Whether files may be written there, and programs among them started (containers often have neither)."""
    if not os.access(folder, os.W_OK):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC
