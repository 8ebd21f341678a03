"""An archive at work for a test: the product's parts, a far side of paper, and a worker that is told when to stop."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from tests.archive.requests.paper import KIND, Paper
from waypost.archive.requests import queries
from waypost.archive.requests.actions import Wish, ask
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.requests.origin import Origins
from waypost.main.house import House
from waypost.platform.access import MACHINE, Actor
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.runner import Plan, Runner

PLAN = Plan(concurrency=4, lease=timedelta(seconds=5), poll=0.02, drain=5, queues=(queries.QUEUE,))
WAITING = (Status.QUEUED, Status.RUNNING)


@dataclass(slots=True)
class Archiving:
    """One organisation's archive."""

    house: House
    org: UUID
    root: Path
    paper: Paper = field(default_factory=Paper)

    def __post_init__(self) -> None:
        self.house.parts.of(Origins).by_kind[KIND] = self.paper

    async def ask(self, ref: str = "1", *, actor: Actor = MACHINE, **wish: Any) -> ArchiveRequest:
        """Somebody wants a case kept."""
        async with self.house.works.open(self.org, actor) as work:
            return await ask(work, Wish(KIND, "", ref, **wish))

    async def requests(self, ref: str = "1") -> Sequence[ArchiveRequest]:
        """The case's requests, the oldest first."""
        async with self.house.works.open(self.org, MACHINE, reads=True) as work:
            return list(await queries.of_case(work.db, KIND, "", ref))[::-1]

    async def only(self, ref: str = "1") -> ArchiveRequest:
        """The case's one request."""
        (request,) = await self.requests(ref)
        return request

    async def jobs(self) -> Sequence[StoredJob]:
        """All jobs of the queue."""
        async with self.house.works.open(self.org, MACHINE, reads=True) as work:
            chosen = select(StoredJob).where(StoredJob.queue == queries.QUEUE).order_by(StoredJob.id)
            return (await work.db.scalars(chosen)).all()

    async def work(self, *, tries: int = 200) -> None:
        """Until nothing is left to do; pauses between tries are skipped."""
        async with self.worker():
            for _ in range(tries):
                if not await self._left():
                    return
                await asyncio.sleep(0.02)
            raise TimeoutError("there is still something to do")

    @asynccontextmanager
    async def worker(self, **plan: Any) -> AsyncIterator[Runner]:
        """A worker for as long as the block lasts."""
        engine = queue_engine(self.house.database.worker)
        house = self.house
        runner = Runner(engine, house.database.worker, house.works, parts=house.parts, plan=PLAN)
        await runner.start()
        try:
            yield runner
        finally:
            await runner.stop()
            await engine.dispose()

    async def _left(self) -> int:
        mine = (StoredJob.queue == queries.QUEUE, StoredJob.status.in_(WAITING))
        async with self.house.works.open(self.org, MACHINE) as work:
            now = update(StoredJob).where(StoredJob.queue == queries.QUEUE, StoredJob.status == Status.QUEUED)
            await work.db.execute(now.values(run_at=work.now))
            return int(await work.db.scalar(select(func.count()).where(*mine)) or 0)

    def files(self) -> list[str]:
        """Every file below the root that is the archive's own, by its path."""
        found = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if not path.parts[0].startswith(".waypost"))
