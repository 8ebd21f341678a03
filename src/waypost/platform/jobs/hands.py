"""The units that run now: each in a task, with a time by which it must have ended."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from time import monotonic
from typing import Any

from waypost.platform.jobs.attempt import TOO_LONG

WATCH_SECONDS = 1.0
LAST_SECONDS = 5.0


class Hands:
    """At most so many tasks as the worker has hands; `freed` is called whenever one ends."""

    def __init__(self, freed: Callable[[], None]) -> None:
        self._ends: dict[asyncio.Task[None], float] = {}
        self._freed = freed

    def __len__(self) -> int:
        return len(self._ends)

    def take(self, work: Coroutine[Any, Any, None], timeout: timedelta) -> None:
        """Start it in a task of its own."""
        task = asyncio.create_task(work)
        self._ends[task] = monotonic() + timeout.total_seconds()
        task.add_done_callback(self._free)

    async def watch(self) -> None:
        """Cancel what takes too long, for ever; one look a second is cheaper than a timer for every job."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            late = [task for task, ends_at in self._ends.items() if ends_at < monotonic()]
            for task in late:
                task.cancel(TOO_LONG)

    async def end(self, within: float) -> None:
        """Wait for all; interrupt what has not ended in time."""
        if self._ends:
            _, late = await asyncio.wait(self._ends, timeout=within)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=LAST_SECONDS)

    def _free(self, task: asyncio.Task[None]) -> None:
        del self._ends[task]
        self._freed()
