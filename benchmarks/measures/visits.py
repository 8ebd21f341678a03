"""Asking the product's own doors in this process, as a signed-in person: the server's time without a wire."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import event

from benchmarks.stage import percentile
from tests.cast import gather
from tests.conftest import Orgs
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.platform.jobs.pokes import send_through

ORIGIN = "http://localhost:8000"
BROWSER, PROGRAM = {"accept": "text/html"}, {"accept": "application/json"}


@dataclass(slots=True)
class Visit:
    """What a question cost, round by round."""

    milliseconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    """Milliseconds of processor time in this process: they do not grow when the machine is shared."""
    statements: int = 0
    bytes: int = 0
    body: str = ""

    @contextmanager
    def round(self) -> Iterator[None]:
        """One question."""
        begun, worked = perf_counter(), process_time()
        yield
        self.milliseconds.append((perf_counter() - begun) * 1_000)
        self.processor.append((process_time() - worked) * 1_000)

    @property
    def p95(self) -> float:
        """Milliseconds that one visit in twenty exceeds."""
        return percentile(self.milliseconds, 0.95)

    def line(self, name: str) -> str:
        """For a terminal."""
        spent = self.milliseconds
        return (
            f"{name:44} p50 {percentile(spent, 0.5):6.1f} ms (own CPU {percentile(self.processor, 0.5):5.1f})"
            f"  p95 {percentile(spent, 0.95):6.1f}  first {spent[0]:6.1f}"
            f"  {self.bytes / 1024:6.1f} KB  statements {self.statements}"
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who works at `org`, with an open session."""

    client: httpx2.AsyncClient
    house: House
    org: UUID

    async def ask(self, path: str, headers: dict[str, str], rounds: int) -> Visit:
        """The same question some times, each with all that a request goes through."""
        visit = Visit()
        with counted(self.house) as statements:
            for _ in range(rounds):
                statements.clear()
                with visit.round():
                    answer = await self.client.get(path, headers=headers)
                if answer.status_code != 200:
                    raise RuntimeError(f"{path} answers {answer.status_code}: {answer.text[:300]}")
        visit.statements, visit.bytes, visit.body = len(statements), len(answer.content), answer.text
        return visit


@contextmanager
def counted(house: House) -> Iterator[list[str]]:
    """Statements of a block, without the one that binds each transaction to its organisation."""
    statements: list[str] = []

    def one(*told: Any) -> None:
        if not told[2].startswith("SET LOCAL"):
            statements.append(told[2])

    engine = house.shards.engine.sync_engine
    event.listen(engine, "before_cursor_execute", one)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", one)


@asynccontextmanager
async def desk(house: House, orgs: Orgs, *, admin: bool = False) -> AsyncIterator[Desk]:
    """The whole web app in this process, and Bob of Acme at it, or Alice, its owner."""
    app = web_app(house, loopback=True)
    cast = await gather(house.works, orgs, app.state.identity)
    who = cast.alice if admin else cast.bob
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=who.headers) as client:
        yield Desk(client, house, orgs.acme)
    await app.state.identity.close()
    send_through(None)
