"""A copy of this process for one piece of work: what it took in memory is gone when it ends.

The engine keeps what it laid out for as long as its process lives. A copy starts warm (fonts and modules are loaded),
works, hands its answer back and ends; it also ends when the process it came from is killed.
"""

import os
import pickle
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


class CopyEnded(RuntimeError):
    """The copy ended without an answer: it was killed, or a limit stopped it."""


def apart(function: Callable[..., Result], *args: Any) -> Result:
    """`function(*args)` in a copy of this process, which must have one thread only; raises what it raised."""
    answer, tell = os.pipe()
    alive, hold = os.pipe()
    copy = os.fork()
    if copy == 0:
        os.close(answer)
        os.close(hold)
        _work(function, args, tell, alive)
    os.close(tell)
    os.close(alive)
    with os.fdopen(answer, "rb") as pipe:
        message = pipe.read()
    os.waitpid(copy, 0)
    os.close(hold)
    if not message:
        raise CopyEnded("the process that lays out the pages ended without an answer")
    result, error = pickle.loads(message)
    if error is not None:
        raise error
    found: Result = result
    return found


def _work(function: Callable[..., Any], args: tuple[Any, ...], tell: int, alive: int) -> None:
    """The copy's whole life."""
    threading.Thread(target=_end_with_parent, args=(alive,), daemon=True).start()
    try:
        message = pickle.dumps((function(*args), None))
    except BaseException as error:
        message = _pickled(error)
    with os.fdopen(tell, "wb") as pipe:
        pipe.write(message)
    os._exit(0)


def _end_with_parent(alive: int) -> None:
    """The other end of this pipe closes when the parent dies."""
    os.read(alive, 1)
    os._exit(1)


def _pickled(error: BaseException) -> bytes:
    try:
        message = pickle.dumps((None, error))
        pickle.loads(message)
    except Exception:
        return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    return message
