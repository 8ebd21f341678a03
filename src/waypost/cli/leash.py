"""A child of `up` ends with its parent, however that ends: its input is a pipe that the kernel closes."""

import os
import signal

LEASH = "WAYPOST_LEASH"


def on_leash() -> bool:
    """Whether this process was started by `up`; if so, from now on the end of its input means SIGTERM."""
    leashed = os.environ.pop(LEASH, "") == "1"
    if leashed:
        import threading

        threading.Thread(target=_follow, name="waypost-leash", daemon=True).start()
    return leashed


def _follow() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
