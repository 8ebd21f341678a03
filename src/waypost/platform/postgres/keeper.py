"""The keeper: a process of its own that starts the server and stops it when its last user is gone.

Every user holds a shared lock on one file; the kernel drops it when the user ends in whatever way. The keeper waits
for the exclusive lock, and so for the last of them, without counting or polling.

Run as a script by an interpreter without site packages, so it imports nothing but the standard library; it gives root
up before it starts the server and so can neither read nor signal what is not the server's.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
from types import FrameType
from typing import TypedDict

LOG_LIMIT = 8_000_000
LOG_KEPT = 1_000_000
LOG_CHECKED_EVERY = 60.0
ENDINGS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 20.0), (signal.SIGKILL, 5.0))


class Order(TypedDict):
    """What the keeper is told: paths, the account, and the server's command, which is empty when it already runs."""

    keeper_lock: str
    users_lock: str
    log: str
    cluster: str
    uid: int
    gid: int
    command: list[str]
    environment: dict[str, str]


def inhabitants(cluster: str) -> list[int]:
    """The processes that work inside the cluster, its postmaster among them, whatever a left-over pid file says.

    Without a /proc to ask (macOS), the pid file is believed as long as its process lives.
    """
    if not os.path.isdir("/proc/self"):
        return [pid for pid in written_pid(cluster) if lives(pid)]
    home = os.stat(cluster)
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and _works_in(name, home)]


def postmaster(cluster: str) -> int | None:
    """The server's first process, if it lives."""
    alive = inhabitants(cluster)
    return next((pid for pid in written_pid(cluster) if pid in alive), None)


def written_pid(cluster: str) -> list[int]:
    """What the pid file says, true or not; empty without one."""
    try:
        with open(os.path.join(cluster, "postmaster.pid")) as file:
            return [int(file.readline())]
    except (OSError, ValueError):
        return []


def lives(pid: int) -> bool:
    """Whether any process has this number, ours or another account's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _works_in(pid: str, home: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(f"/proc/{pid}/cwd"), home)
    except OSError:
        return False


def bound_log(log: int, limit: int = LOG_LIMIT, kept: int = LOG_KEPT) -> None:
    """Shorten a log that grew past `limit` bytes to its last whole lines; the server keeps appending to the file."""
    size = os.fstat(log).st_size
    if size > limit:
        tail = os.pread(log, kept, size - kept)
        os.ftruncate(log, 0)
        os.write(log, tail.partition(b"\n")[2])


def main(order: Order) -> None:
    """Detach, start, report the pid of what was started as JSON, then wait for the last user."""
    keeper = os.open(order["keeper_lock"], os.O_RDWR | os.O_CREAT, 0o600)
    users = os.open(order["users_lock"], os.O_RDWR | os.O_CREAT, 0o600)
    log = os.open(order["log"], os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, sys.stderr.fileno())
    if os.fork():
        os._exit(0)
    fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.ftruncate(keeper, 0)
    os.write(keeper, str(os.getpid()).encode())
    cluster = _enter(order["cluster"])
    _step_down(order["uid"], order["gid"])
    _answer_signals(log)
    child = _start(order, log) if order["command"] else None
    _report(child)
    os.chdir("/")
    fcntl.flock(users, fcntl.LOCK_EX)
    _stop(cluster, child)
    os.close(keeper)  # before the users' lock: whoever gets in next must not take us for a keeper
    os.close(users)


def _enter(cluster: str) -> str:
    """Work in the cluster while still allowed to walk there; its name for later, when we no longer are."""
    os.chdir(cluster)
    held = f"/proc/self/fd/{os.open(cluster, os.O_RDONLY | os.O_DIRECTORY)}"
    return held if os.path.isdir(held) else cluster


def _step_down(uid: int, gid: int) -> None:
    os.umask(0o077)
    if os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def _answer_signals(log: int) -> None:
    """Outlive whatever ends the users (they end us); bury the server if it dies; look at the log now and then.

    Python handlers, not SIG_IGN: a started program would inherit the latter.
    """

    def stay(number: int, frame: FrameType | None) -> None:
        """Nothing to do."""

    def bury(number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass

    def look(number: int, frame: FrameType | None) -> None:
        with contextlib.suppress(OSError):
            bound_log(log)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stay)
    signal.signal(signal.SIGCHLD, bury)
    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, LOG_CHECKED_EVERY, LOG_CHECKED_EVERY)


def _start(order: Order, log: int) -> int:
    return os.posix_spawn(
        order["command"][0],
        order["command"],
        order["environment"],
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, log, 1),
            (os.POSIX_SPAWN_DUP2, log, 2),
        ],
    )


def _report(pid: int | None) -> None:
    """The sender reads until both our copies of its pipe are closed."""
    sys.stdout.write(json.dumps(pid))
    sys.stdout.flush()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, sys.stdin.fileno())
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _stop(cluster: str, child: int | None) -> None:
    """Fast shutdown: sessions end, what is committed is written; harder ways only if that takes too long.

    A server so young that it has no pid file yet is known as our child.
    """
    for number, patience in ENDINGS:
        pid = postmaster(cluster) or child
        if pid is None or not lives(pid):
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and (postmaster(cluster) == pid or (pid == child and lives(pid))):
            time.sleep(0.02)


if __name__ == "__main__":
    main(json.load(sys.stdin))
