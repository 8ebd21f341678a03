"""Dies at every step of a put: a program for `test_dying.py`, so that forks happen in a process without threads.

For every n (or every third …) a child puts three files and is killed (SIGKILL) right before, or right after, its n-th
call to the operating system, until one comes through. After each death: what stands, what the sweeper takes (where
the child died before a call; else it is left to the repetition), what a second put makes.
"""

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.archive.places.conftest import FILES, FOLDER, names_below
from waypost.archive.places import handles
from waypost.archive.places.litter import sweep
from waypost.archive.places.staging import PREFIX, put

CALLS = ("open", "mkdir", "write", "fsync", "link", "unlink", "rmdir", "fchmod", "read", "close")


def deadly(n: int, *, after: bool) -> None:
    """From now on the n-th of `CALLS` is the last thing this process does."""
    left = [n]
    for name in CALLS:
        setattr(os, name, _counting(getattr(os, name), left, after))


def _counting(call: Callable[..., Any], left: list[int], after: bool) -> Callable[..., Any]:
    def counted(*args: Any, **options: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        found = call(*args, **options)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return counted


def put_all(root: Path) -> None:
    """As the place does it."""
    with handles.opened(str(root)) as handle:
        put(handle, FOLDER.split("/"), FILES, label="1", sync=True)


def died(root: Path, n: int, *, after: bool) -> bool:
    """Whether a child that puts was killed at its n-th call."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            deadly(n, after=after)
            put_all(root)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def visible(root: Path) -> dict[str, str]:
    """What a reader of the share sees, without staging."""
    found = {name: (root / name).read_bytes().decode() for name in names_below(root) if PREFIX not in name}
    return {name.removeprefix(f"{FOLDER}/"): content for name, content in found.items()}


def main(folder: Path, step: int) -> None:
    """One line of JSON for each death."""
    for after in (False, True):
        for n in range(1 + after, 1_000, step):
            root = folder / f"{n}-{after}"
            root.mkdir(parents=True)
            if not died(root, n, after=after):
                break
            seen = visible(root)
            if not after:
                with handles.opened(str(root)) as handle:
                    sweep(handle, 1 << 62)
            swept = [] if after else [str(one) for one in root.rglob(f"{PREFIX}*")]
            put_all(root)
            again = visible(root)
            litter = [str(one) for one in root.rglob(f"{PREFIX}*")]
            told = {"at": n, "after": after, "seen": seen, "left": swept, "again": again, "litter": litter}
            sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
