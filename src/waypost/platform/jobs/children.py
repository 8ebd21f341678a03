"""Work for the processor, out of the loop: each call runs in a child process that can be killed at its time limit.

Children start when first needed, take one call after another, and end when idle for a while. They see no secrets: their
environment holds nothing but where Python finds its modules. A child that dies takes only its own call with it.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

Result = TypeVar("Result")

IDLE_SECONDS = 30.0
CHILD = Path(__file__).with_name("child.py")
"""Run as a file: a child loads nothing of Waypost but what its functions import."""
HEAD = 8
"""Bytes of the length before each message."""
MOST = max(2, os.cpu_count() or 2)


class ChildFailed(RuntimeError):
    """The call broke its process or a limit; `reason` says which, for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Child:
    """One process and its two pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> "_Child":
        environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-P", str(CHILD))
        return cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=environment))

    async def call(self, message: bytes, seconds: float) -> Any:
        """Ask and wait for the answer; kills the process when it takes too long."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                self._process.stdin.write(len(message).to_bytes(HEAD) + message)
                await self._process.stdin.drain()
                size = int.from_bytes(await self._process.stdout.readexactly(HEAD))
                return pickle.loads(await self._process.stdout.readexactly(size))
        except TimeoutError as error:
            raise ChildFailed("it took too long") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ChildFailed("its process ended") from error

    async def end(self) -> None:
        """Kill it and take its exit."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        self._process._transport.close()  # type: ignore[attr-defined]  # else the pipes wait for the garbage collector


class Children:
    """The pool of one event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._free: list[_Child] = []
        self._seats = asyncio.Semaphore(most)
        self._closing: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def call(self, message: bytes, seconds: float) -> Any:
        """The answer of a child to one call."""
        async with self._seats:
            child = self._free.pop() if self._free else await _Child.start()
            try:
                answer = await child.call(message, seconds)
            except BaseException:
                await child.end()
                raise
            self._free.append(child)
            self._close_when_idle()
            return answer

    async def stop(self) -> None:
        """End all that are free; those that work end with their calls."""
        if self._closing:
            self._closing.cancel()
        self._close()
        await asyncio.gather(*self._ending)

    def _close_when_idle(self) -> None:
        if self._closing:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._close)

    def _close(self) -> None:
        while self._free:
            task = asyncio.ensure_future(self._free.pop().end())
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Children] = WeakKeyDictionary()


def in_child(
    function: Callable[..., Result], *args: Any, timeout: timedelta = timedelta(seconds=60), memory: int = 1 << 30
) -> Coroutine[Any, Any, Result]:
    """Await it: runs `function(*args)` (importable by name; picklable arguments and result) in a child process.

    Raises what the function raised, and ChildFailed after `timeout` (the child is killed), above `memory` bytes of
    address space, or when the process ended.
    """
    return _in_child(function, args, timeout.total_seconds(), memory)


async def _in_child(function: Callable[..., Result], args: tuple[Any, ...], seconds: float, memory: int) -> Result:
    answer, error = await _pool().call(pickle.dumps((function, args, seconds, memory)), seconds)
    if isinstance(error, MemoryError):
        raise ChildFailed("it took too much memory") from error
    if error is not None:
        raise error
    result: Result = answer
    return result


async def stop_children() -> None:
    """End this loop's idle children; call it before the loop ends."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool:
        await pool.stop()


def _pool() -> Children:
    loop = asyncio.get_running_loop()
    if loop not in _pools:
        _pools[loop] = Children()
    return _pools[loop]
