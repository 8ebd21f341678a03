"""A queue of one's own: declarations that vanish after the test, a clock in the hand, workers on the queue's role."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import Orgs
from tests.database import Logins
from waypost.platform.access import MACHINE
from waypost.platform.db import Shards
from waypost.platform.facts import Fact
from waypost.platform.jobs import declare
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.run import Run
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.work import Works


@dataclass(frozen=True, slots=True)
class Told(Fact):
    """A fact for tests."""

    n: int = 0
    key: str = ""


async def nothing(run: Run, fact: Any) -> None:
    """A handler that does nothing."""


@dataclass(slots=True)
class Hand:
    """A clock that moves when it is told to."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Hand:
    """Time as the test wants it."""
    return Hand()


@pytest.fixture
def works(shards: Shards, clock: Hand) -> Works:
    """Works on that clock."""
    return Works(shards, settle, clock)


@pytest.fixture(autouse=True)
def _declarations(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test declares its own jobs, and only those exist."""
    monkeypatch.setattr(declare, "_jobs", {})
    monkeypatch.setattr(declare, "_schedules", {})
    yield


@pytest.fixture
async def engine(logins: Logins) -> AsyncIterator[AsyncEngine]:
    """The queue's role; its tables begin empty, because claims see every organisation."""
    made = queue_engine(logins.worker)
    async with made.connect() as connection:
        await connection.exec_driver_sql("delete from jobs")
        await connection.exec_driver_sql("update queue_controls set paused = false, max_running_per_org = null")
    yield made
    await made.dispose()


MakeRunner = Callable[..., Runner]
StartRunner = Callable[..., Awaitable[Runner]]


@pytest.fixture
def make_runner(engine: AsyncEngine, logins: Logins, works: Works) -> MakeRunner:
    """A worker, not started: after the test's declarations, because it serves their queues."""

    def make(**plan: Any) -> Runner:
        options = {"organisations": plan.pop("organisations")} if "organisations" in plan else {}
        return Runner(engine, logins.worker, works, plan=Plan(**plan), **options)

    return make


@pytest.fixture
async def started(make_runner: MakeRunner) -> AsyncIterator[StartRunner]:
    """Workers that run, and stop when the test ends."""
    async with AsyncExitStack() as stack:

        async def start(**plan: Any) -> Runner:
            runner = make_runner(**({"poll": 0.05} | plan))
            await runner.start()
            stack.push_async_callback(runner.stop)
            return runner

        yield start


@dataclass(slots=True)
class Queue:
    """What tests do to a queue: tell facts, and look at rows behind row security."""

    engine: AsyncEngine
    works: Works
    orgs: Orgs

    async def tell(self, *facts: Fact, org: UUID | None = None) -> None:
        """Each fact in a work of its own."""
        for fact in facts:
            async with self.works.open(org or self.orgs.acme, MACHINE) as work:
                work.tell(fact)

    async def rows(self, columns: str = "*", where: str = "true") -> list[Any]:
        """Rows of the table, oldest first."""
        async with self.engine.connect() as connection:
            found = await connection.exec_driver_sql(f"select {columns} from jobs where {where} order by id")
            return list(found.all())

    async def statuses(self) -> list[str]:
        """The state of every job, oldest first."""
        return [row[0] for row in await self.rows("status")]


@pytest.fixture
def queue(engine: AsyncEngine, works: Works, orgs: Orgs) -> Queue:
    """The queue of the test."""
    return Queue(engine, works, orgs)
