"""A Zammad, an organisation whose environment names it, and workers: the whole way from a webhook to a tag."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import msgspec
from fastapi import FastAPI
from sqlalchemy import func, or_, select, update

from tests.archive.intake.knocker import SECRET, TOKEN, sign
from tests.database import Logins
from tests.fixtures import ORIGIN, house_on
from tests.wire.zammad import StandIn
from tests.wire.zammad.world import TOKEN as API_TOKEN
from tests.wire.zammad.world import Ticket
from waypost.archive.requests import queries
from waypost.archive.requests.models import ArchiveRequest
from waypost.main.house import House, stand_sources
from waypost.main.web import web_app
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.runner import Plan, Runner

PLAN = Plan(concurrency=4, lease=timedelta(seconds=5), poll=0.02, drain=5, queues=(queries.QUEUE,))


@dataclass(slots=True)
class Zammading:
    """One installation; a `process` of it can be started and ended as often as a test likes."""

    logins: Logins
    folder: Path
    far: StandIn
    org: UUID = field(default_factory=uuid4)

    @property
    def root(self) -> Path:
        """Where the archive's files stand."""
        return self.folder / "archive"

    @asynccontextmanager
    async def process(self) -> AsyncIterator[House]:
        """The parts of a fresh process."""
        house = house_on(
            self.logins,
            self.folder,
            ZAMMAD_BASE_URL=self.far.base,
            ZAMMAD_API_TOKEN=API_TOKEN,
            WEBHOOK_HMAC_SECRET=SECRET,
            ADMIN_BEARER_TOKEN=TOKEN,
            WAYPOST_DEFAULT_ORG=str(self.org),
            HARDENING_TRANSPORT_ALLOW_INSECURE_HTTP=True,
            HARDENING_TRANSPORT_ALLOW_LOCAL_UPSTREAMS=True,
            STORAGE_ROOT=str(self.root),
            STORAGE_FSYNC=False,
            WORKFLOW_QUEUE_RETRY_BACKOFF_SECONDS=0.02,
        )
        async with lookups.catalogue(house.works.shards) as db:
            if await lookups.organisation(db, self.org) is None:
                await lookups.make_organisation(db, str(self.org), house.works.clock(), org=self.org)
        await stand_sources(house)
        try:
            yield house
        finally:
            await house.close()

    @asynccontextmanager
    async def web(self, house: House) -> AsyncIterator[FastAPI]:
        """Its doors."""
        app = web_app(house, loopback=True)
        try:
            yield app
        finally:
            await app.state.identity.close()

    @asynccontextmanager
    async def worker(self, house: House) -> AsyncIterator[Runner]:
        """Its worker."""
        engine = queue_engine(house.database.worker)
        runner = Runner(engine, house.database.worker, house.works, parts=house.parts, plan=PLAN)
        await runner.start()
        try:
            yield runner
        finally:
            await runner.stop()
            await engine.dispose()

    async def work(self, workers: int = 1) -> None:
        """So many processes archive until nothing is left to do; pauses between tries are skipped."""
        async with AsyncExitStack() as stack:
            houses = [await stack.enter_async_context(self.process()) for _ in range(workers)]
            for house in houses:
                await stack.enter_async_context(self.worker(house))
            async with asyncio.timeout(60):
                while True:
                    if await self.left(houses[0]) == 0:
                        return
                    await asyncio.sleep(0.02)

    async def left(self, house: House) -> int:
        """Requests that are not at their end, or whose origin does not know; what waits becomes due."""
        live = select(func.count()).select_from(ArchiveRequest).where(or_(queries.LIVE, queries.UNSETTLED))
        async with house.works.open(self.org, MACHINE) as work:
            waiting = (StoredJob.queue == queries.QUEUE, StoredJob.status == Status.QUEUED)
            await work.db.execute(update(StoredJob).where(*waiting).values(run_at=work.now))
            return int(await work.db.scalar(live) or 0)

    async def requests(self, house: House) -> list[ArchiveRequest]:
        """All of them, the oldest first."""
        async with house.works.open(self.org, MACHINE, reads=True) as work:
            return list(await work.db.scalars(select(ArchiveRequest).order_by(ArchiveRequest.id)))

    def ticket(self, *tags: str) -> Ticket:
        """A ticket with something in it."""
        ticket = self.far.world.ticket(*tags)
        self.far.world.article(ticket, "<p>The door is stuck.</p>")
        return ticket

    def pdfs(self) -> list[str]:
        """Every PDF that stands."""
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*.pdf"))


async def webhook(app: FastAPI, ticket: Ticket, delivery: str | None = None, **more: Any) -> httpx2.Response:
    """As Zammad sends it."""
    body = msgspec.json.encode({"ticket": {"id": ticket.id}, **more})
    headers = {"content-type": "application/json", "x-hub-signature": sign(body)}
    headers |= {"x-zammad-delivery": delivery} if delivery else {}
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        return await client.post("/ingest", content=body, headers=headers)
