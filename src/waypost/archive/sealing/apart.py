"""A process for one large piece of work: what it took in memory is gone when it ends.

The engine keeps what it laid out for the next ten documents: good for small ones, too much for large ones. The process
inherits the limits of the one that starts it, and ends with it.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from waypost.archive.sealing.coverage import covered, take_over

Result = TypeVar("Result")

HEAD = 8
"""Bytes of the length before the call."""
ANSWER = "answer.pickle"


class ProcessEnded(RuntimeError):
    """The process ended without an answer: it was killed, or a limit stopped it."""


def apart(folder: Path, function: Callable[..., Result], *args: Any) -> Result:
    """`function(*args)` in a process of its own, which leaves its answer in `folder`; raises what it raised."""
    call = pickle.dumps((folder, function, args, covered()))
    with subprocess.Popen([sys.executable, "-P", "-m", __name__], stdin=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(len(call).to_bytes(HEAD))
            _write(process.stdin.fileno(), call)
            process.wait()
        except BrokenPipeError:
            process.wait()
    answer = folder / ANSWER
    if process.returncode or not answer.is_file():
        raise ProcessEnded("the process that lays out the pages ended without an answer")
    result, error = pickle.loads(answer.read_bytes())
    answer.unlink()
    if error is not None:
        raise error
    found: Result = result
    return found


def _write(pipe: int, content: bytes) -> None:
    """All of it; a pipe takes what fits."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _serve() -> None:
    """The process's whole life."""
    calls = sys.stdin.buffer
    call = calls.read(int.from_bytes(calls.read(HEAD)))
    folder, function, args, codes = pickle.loads(call)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    take_over(codes)
    try:
        answer = pickle.dumps((function(*args), None))
    except BaseException as error:
        answer = _pickled(error)
    (folder / ANSWER).write_bytes(answer)
    sys.stdout.flush()
    os._exit(0)


def _end_with_parent() -> None:
    """The other end of this pipe closes when the parent dies."""
    os.read(0, 1)
    os._exit(1)


def _pickled(error: BaseException) -> bytes:
    try:
        message = pickle.dumps((None, error))
        pickle.loads(message)
    except Exception:
        return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    return message


if __name__ == "__main__":
    _serve()
