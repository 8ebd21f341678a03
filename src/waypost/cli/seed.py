"""The seed: what web and worker are made of, loaded once by the parent of the tree, which then divides into them.

They share its pages of memory until somebody writes to one, and none of them waits for imports again. That is safe only
where nothing has begun to run: one thread, no event loop, no connection. Elsewhere each part is a program of its own.
"""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn, Protocol

from waypost.cli.leash import LEASH

PRELOADED = ("waypost.cli.working", "waypost.cli.serving", "waypost.cli.app", "waypost.cli.schema", "uvloop")
SHIELDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
SHEBANG = ("-P", "-m", "waypost.cli")
ARGUMENTS_BEGIN, ARGUMENTS_END = 47, 48
"""Fields of /proc/self/stat, counted from 0 (proc_pid_stat(5): arg_start, arg_end)."""


class Child(Protocol):
    """A process of ours, however it was started."""

    def poll(self) -> int | None:
        """Its exit code, the negative signal that ended it, or None while it runs."""

    def wait(self) -> int:
        """The same once it has ended."""

    def terminate(self) -> None:
        """SIGTERM."""

    def kill(self) -> None:
        """SIGKILL."""


class Sprouted(BaseException):
    """This process is a child now, and has to become `command`; raised to leave the parent's frames behind."""

    def __init__(self, command: list[str]) -> None:
        super().__init__()
        self.command = command

    def become(self) -> NoReturn:
        """Run the command as if this process had been started for it."""
        from waypost.cli import run

        sys.argv = ["waypost", *self.command]
        run()
        sys.exit(0)


class Seed:
    """Starts children. Each has a process group of its own, so that a Ctrl-C reaches it through us only, and is on the
    leash: one pipe that nobody writes to, whose end tells all of them that we are gone."""

    def __init__(self, load: Callable[[Callable[[], object]], None] | None = None) -> None:
        """`load` brings in what children need, and looks now and then whether it was asked to stop."""
        self._load = load or load_parts
        self._leash, self._held = os.pipe()
        self._ripe = False

    def ripen(self, asked: Callable[[], object]) -> None:
        """Load what the parts have in common, unless somebody asks us to stop meanwhile or dividing is not safe.

        Garbage is kept: each hole that it left would be filled by every child, at the price of a page.
        """
        if sys.platform != "linux":
            return
        gc.disable()
        self._load(asked)
        gc.freeze()
        gc.enable()
        self._ripe = len(os.listdir("/proc/self/task")) == 1

    def start(self, command: list[str], *, apart: bool = False) -> Child:
        """A command of ours as a child; `apart`: as a program of its own, which knows nothing that we know."""
        return self._divided(command) if self._ripe and not apart else self._launched(command)

    def _launched(self, command: list[str]) -> Child:
        whole, environment = [sys.executable, *SHEBANG, *command], os.environ | {LEASH: "1"}
        return subprocess.Popen(whole, stdin=self._leash, env=environment, process_group=0)

    def _divided(self, command: list[str]) -> Child:
        """Signals wait meanwhile: one that came too early would find our handlers in the child, and be forgotten."""
        sys.stdout.flush()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SHIELDED)
        pid = os.fork()
        if pid == 0:
            self._leave()
            os.environ[LEASH] = "1"
            called([sys.executable, *SHEBANG, *command])
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            raise Sprouted(command)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return Divided(pid)

    def _leave(self) -> None:
        """In the child: away from the parent's group, signals and end of the leash."""
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in SHIELDED[1:]:
            signal.signal(number, signal.SIG_DFL)
        os.dup2(self._leash, 0)
        os.close(self._leash)
        os.close(self._held)


class Divided:
    """A child that came out of this process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, the negative signal that ended it, or None while it runs."""
        return self._looked(os.WNOHANG)

    def wait(self) -> int:
        """The same once it has ended."""
        code = self._looked(0)
        assert code is not None
        return code

    def terminate(self) -> None:
        """SIGTERM."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self._send(signal.SIGKILL)

    def _looked(self, how: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, how)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def _send(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def called(words: list[str]) -> None:
    """What `ps` shows for this process: written over the words that it was started with, as far as they reach."""
    with suppress(OSError, ValueError), Path("/proc/self/mem").open("r+b", buffering=0) as memory:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        begin, end = (int(fields[place - 2]) for place in (ARGUMENTS_BEGIN, ARGUMENTS_END))
        room = end - begin
        memory.seek(begin)
        memory.write(b"\0".join(word.encode() for word in words)[: room - 1].ljust(room, b"\0"))


def load_parts(asked: Callable[[], object]) -> None:
    """What web and worker are made of, and what both would do first."""
    from waypost.platform.observe.sharing import declared_for_others

    with declared_for_others():
        for name in PRELOADED:
            if asked():
                return
            import_module(name)
        from waypost.main.ripening import ripen

        ripen()
