"""All of it at once: the product's doors on a socket, its worker, the real scraper as a process, a board to read."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx2
import uvicorn
from sqlalchemy import func, select

from tests.cast import Cast, gather
from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import house_on
from tests.wire.board import Board
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.platform.access import MACHINE
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.pokes import send_through
from waypost.platform.jobs.runner import Plan, Runner
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.runs.actions import enqueue
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.presence import be_here
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import RunWish
from waypost.sourcing.sources.actions import add, enable, permit
from waypost.sourcing.sources.models import SourceDay
from waypost.sourcing.wire.words import FailureType

TOKEN = "whoever has this may hand tasks over"
SECRET = "what both sides sign with, long enough for anybody"
BOARD = "marigold"
RELEASE = {"RELEASE_SHA": "ab" * 20, "RELEASE_REF": "v9", "RELEASE_CREATED_AT": "2026-11-20T10:00:00Z"}


class Starved(Exception):
    """A task's seconds passed while this machine did something else: its run failed by the book."""


@dataclass(slots=True)
class Whole:
    """Acme, its product, and a board that it may ask."""

    house: House
    cast: Cast
    board: Board
    home: str = ""
    there: str = ""
    """Where the doors of the API and of the scraper are."""
    scraper: "subprocess.Popen[bytes] | None" = None

    async def wish(self, limit: int) -> UUID:
        """Alice looks at the board."""
        alice = self.cast.alice
        async with self.house.works.open(alice.org_id, alice.actor) as work:
            wish = RunWish(source=BOARD, listing_url=f"{self.board.base}/jobs", limit=limit, force_refresh=True)
            return (await enqueue(work, wish, self.house.parts.of(RunTerms))).run.id

    async def runs(self) -> list[Run]:
        """All of Acme's, the oldest first."""
        async with self.house.works.open(self.cast.alice.org_id, MACHINE) as work:
            return list((await work.db.scalars(select(Run).order_by(Run.created_at, Run.id))).all())

    async def offers(self) -> int:
        """Offers that any run found, each counted once."""
        async with self.house.works.open(self.cast.alice.org_id, MACHINE) as work:
            return await work.db.scalar(select(func.count(func.distinct(RunOffer.offer_id)))) or 0

    async def pages_counted(self) -> int:
        """Requests that count against the board's cap of the day."""
        async with self.house.works.open(self.cast.alice.org_id, MACHINE) as work:
            return await work.db.scalar(select(func.sum(SourceDay.pages))) or 0

    async def settled(self, offers: int, seconds: float) -> list[Run]:
        """Wait until no run is live and so many offers are there."""
        async with asyncio.timeout(seconds):
            while True:
                runs = await self.runs()
                failed = [run for run in runs if run.status == "FAILED"]
                if failed and {run.failure_type for run in failed} == {FailureType.TIMEOUT}:
                    raise Starved([run.error for run in failed])
                assert not failed, [run.error for run in failed]
                if all(run.finalized_at for run in runs) and await self.offers() >= offers:
                    return runs
                await asyncio.sleep(0.1)

    def kill(self) -> None:
        """As by SIGKILL."""
        assert self.scraper is not None
        self.scraper.kill()
        self.scraper.wait()


@asynccontextmanager
async def whole(logins: Logins, orgs: Orgs, folder: Path, board: Board, **scraper: str) -> AsyncIterator[Whole]:
    """For as long as the block lasts. `scraper` are more of its settings."""
    with socket.create_server(("127.0.0.1", 0)) as doors, socket.create_server(("127.0.0.1", 0)) as free:
        home, port = f"http://127.0.0.1:{doors.getsockname()[1]}", free.getsockname()[1]
        free.close()
        house = house_on(logins, folder / "data", **_api(home, port))
        async with AsyncExitStack() as stack:
            cast = await stack.enter_async_context(_served(house, orgs, doors))
            await stack.enter_async_context(_working(house))
            made = Whole(house, cast, board, home, f"http://127.0.0.1:{port}")
            await _stand(made)
            made.scraper = stack.enter_context(_scraping(folder, home, port, scraper))
            await _answering(f"{made.there}/health")
            yield made


def _api(home: str, port: int) -> dict[str, object]:
    return {
        "API_BASE_URL": home,
        "WORKER_TASK_URL": f"http://127.0.0.1:{port}/tasks",
        "WORKER_AUTH_TOKEN": TOKEN,
        "WORKER_CALLBACK_URL": f"{home}/api/job-sources/complete",
        "WORKER_CALLBACK_SIGNING_SECRET": SECRET,
        "WORKER_HEARTBEAT_INTERVAL_MS": 1_000,
        "ALLOWED_PRIVATE_CIDRS": "127.0.0.0/8",
        **RELEASE,
    }


@asynccontextmanager
async def _served(house: House, orgs: Orgs, doors: socket.socket) -> AsyncIterator[Cast]:
    app = web_app(house, loopback=True)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([doors]))
    try:
        yield await gather(house.works, orgs, app.state.identity)
    finally:
        server.should_exit = server.force_exit = True
        await serving
        await app.state.identity.close()
        await house.close()
        send_through(None)


@asynccontextmanager
async def _working(house: House) -> AsyncIterator[Runner]:
    engine = queue_engine(house.database.worker)
    plan = Plan(concurrency=4, poll=0.05, drain=2)
    runner = Runner(engine, house.database.worker, house.works, parts=house.parts, plan=plan)
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop()
        await engine.dispose()


async def _stand(made: Whole) -> None:
    """The board is a source of Acme's, and may be asked."""
    await be_here(made.house.shards.engine, made.house.works.clock())
    terms, alice = made.board.terms(), made.cast.alice
    described = {"name": "Marigold", "adapter": terms.adapter, "recipe": terms.recipe, "hosts": list(terms.hosts)}
    pace = {"listing_url": f"{made.board.base}/jobs", "interval_ms": 200}
    async with made.house.works.open(alice.org_id, alice.actor) as work:
        await add(work, {**described, **pace}, key=BOARD)
        await permit(work, BOARD, "It is our own.")
        await enable(work, BOARD)


@contextmanager
def _scraping(folder: Path, home: str, port: int, more: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """The real command, in a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {
        "TASKS_AUTH_TOKEN": TOKEN,
        "WORKER_CALLBACK_URL": f"{home}/api/job-sources/complete",
        "WORKER_CALLBACK_SIGNING_SECRET": SECRET,
        "WORKER_HEARTBEAT_INTERVAL_MS": "1000",
        "ALLOWED_PRIVATE_CIDRS": "127.0.0.0/8",
        "WORKER_LOG_LEVEL": "info",
        **RELEASE,
        **more,
    }
    command = [sys.executable, "-m", "waypost.cli", "scraper", "--port", str(port), "--data", str(folder / "scraper")]
    with (folder / "scraper.log").open("wb") as log:
        process = subprocess.Popen(command, env=kept | own, stdout=log, stderr=log, cwd=folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def _answering(url: str) -> None:
    async with httpx2.AsyncClient() as client, asyncio.timeout(30):
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
