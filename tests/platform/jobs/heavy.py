"""Functions that a child process runs in tests."""

import os
import sys
import time


def square(number: int) -> int:
    """Pure work."""
    return number * number


def burn(seconds: float) -> int:
    """Keep a processor busy; gives the process it did it in."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
    return os.getpid()


def swallow(size: int) -> int:
    """Take so much memory."""
    return len(bytearray(size))


def die() -> None:
    """End the process as a fault in a library would."""
    os.abort()


def chatter() -> list[str]:
    """Print, and say which settings are in sight."""
    sys.stdout.write("noise\n")
    return sorted(os.environ)


def complain(message: str) -> None:
    """Raise."""
    raise ValueError(message)
