"""The other end of `in_child`: reads calls from its input, answers on its output, ends when the input ends."""

import os
import pickle
import resource
from typing import BinaryIO

HEAD = 8
NICE = 10
"""Heavy work steps back: who waits for a page or a webhook's answer is served first."""


def serve(calls: BinaryIO, answers: BinaryIO) -> None:
    """Answer one call after another."""
    while head := calls.read(HEAD):
        answer = _answer(calls.read(int.from_bytes(head)))
        answers.write(len(answer).to_bytes(HEAD) + answer)
        answers.flush()


def _answer(message: bytes) -> bytes:
    try:
        function, args, seconds, memory = pickle.loads(message)
        _limit(seconds, memory)
        return pickle.dumps((function(*args), None))
    except BaseException as error:
        return _pickled(error)


def _limit(seconds: float, memory: int) -> None:
    """Soft limits for this call. The one on processor time is for a child whose parent died and kills it no more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 2
    for kind, wanted in ((resource.RLIMIT_CPU, until), (resource.RLIMIT_AS, memory)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _pickled(error: BaseException) -> bytes:
    """The error as the parent can raise it; one that does not survive the journey becomes its class's name."""
    try:
        message = pickle.dumps((None, error))
        pickle.loads(message)
    except Exception:
        return pickle.dumps((None, RuntimeError(type(error).__name__)))
    return message


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of a `print` somewhere in a library."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return calls, answers


if __name__ == "__main__":
    os.nice(NICE)
    serve(*_own_streams())
