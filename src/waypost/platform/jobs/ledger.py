"""Outcomes on their way to the database: gathered for 2 ms, written in one statement, tried until they stand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.clock import Clock
from waypost.platform.jobs.book import complete, end
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.outcome import Outcome
from waypost.platform.observe.logs import line

GATHER_SECONDS = 0.002
AGAIN_SECONDS = 0.5
AT_ONCE = 1000

Written = Callable[[list[Claimed], set[UUID]], None]
"""Told which jobs were written and which ids of them were still ours."""

_log = line("waypost.jobs")


class Ledger:
    """Writes batches of completions and outcomes. Every line is fenced, so writing one twice does nothing."""

    def __init__(self, engine: AsyncEngine, clock: Clock, written: Written) -> None:
        self._engine, self._clock, self._written = engine, clock, written
        self._done: list[Claimed] = []
        self._outcomes: list[Outcome] = []
        self._news = asyncio.Event()

    def add(self, done: list[Claimed], outcomes: list[Outcome]) -> None:
        """Have these written soon."""
        self._done += done
        self._outcomes += outcomes
        self._news.set()

    async def keep(self) -> None:
        """Write for ever; cancel it after a last `flush`."""
        while True:
            await self._news.wait()
            await asyncio.sleep(GATHER_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Write what is there now; a database that is away is asked again until it answers."""
        self._news.clear()
        while self._done or self._outcomes:
            done, self._done = self._done[:AT_ONCE], self._done[AT_ONCE:]
            outcomes, self._outcomes = self._outcomes[:AT_ONCE], self._outcomes[AT_ONCE:]
            if done:
                await self._stand(done, partial(complete, self._engine, done))
            if outcomes:
                jobs = [outcome.claimed for outcome in outcomes]
                await self._stand(jobs, partial(end, self._engine, outcomes))

    async def _stand(self, jobs: list[Claimed], write: Callable[[datetime], Awaitable[set[UUID]]]) -> None:
        """Lines that the database refuses are left to the reaper: their attempts are counted, so they end."""
        while True:
            try:
                return self._written(jobs, await write(self._clock()))
            except (OperationalError, InterfaceError, OSError) as error:
                _log.warning("jobs.outcome_delayed", error=type(error).__name__, jobs=len(jobs))
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception as error:
                _log.error("jobs.outcome_not_written", error=type(error).__name__, jobs=len(jobs))
                return self._written(jobs, set())
