"""The office of the tickets' tests, and a worker for the mail queue with a clock in the hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import Orgs
from tests.database import Logins
from tests.ticketing.desk import MailDesk
from tests.ticketing.tickets.conftest import globex, office
from waypost.platform.access import MACHINE
from waypost.platform.db import Shards
from waypost.platform.jobs.actions import settle
from waypost.platform.jobs.children import stop_children
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.runner import Plan, Runner
from waypost.platform.parts import Parts
from waypost.platform.storage.blobs import Blobs
from waypost.platform.work import Works
from waypost.ticketing.messages.models import Occurrence

__all__ = ["globex", "office"]


@dataclass(slots=True)
class Hand:
    """A clock that moves when it is told to."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class MailRoom:
    """A desk whose mail is worked off by the real queue, with real child processes."""

    desk: MailDesk
    engine: AsyncEngine
    url: str
    clock: Hand

    async def work_off(self, *, blobs: Blobs | None = None, hours: float = 0) -> None:
        """Let time pass, then do what is due and what follows from it."""
        self.clock.at += timedelta(hours=hours)
        runner = Runner(
            self.engine,
            self.url,
            self.desk.works,
            parts=Parts(blobs or self.desk.blobs, self.desk.stamps),
            plan=Plan(queues=("mail",)),
        )
        await runner.work_off()

    async def copies(self) -> dict[str, Occurrence]:
        """Every copy by its provider's id, in order of arrival."""
        async with self.desk.works.open(self.desk.org, MACHINE, reads=True) as work:
            found = await work.db.scalars(select(Occurrence).order_by(Occurrence.received_at))
            return {one.provider_id: one for one in found}

    async def states(self) -> list[str]:
        """How far the copies have come, in order of arrival."""
        return [copy.state for copy in (await self.copies()).values()]

    async def jobs(self, columns: str) -> list[tuple[Any, ...]]:
        """Rows of the mail queue, oldest first."""
        async with self.engine.connect() as connection:
            found = await connection.exec_driver_sql(f"select {columns} from jobs where queue = 'mail' order by id")
            return [tuple(row) for row in found]


@pytest.fixture
async def room(shards: Shards, logins: Logins, orgs: Orgs, tmp_path: Path) -> AsyncIterator[MailRoom]:
    """Acme's mail room; the queue begins empty, because claims see every organisation."""
    clock, engine = Hand(), queue_engine(logins.worker)
    async with engine.connect() as connection:
        await connection.exec_driver_sql("delete from jobs")
    desk = MailDesk.at(Works(shards, settle, clock), orgs.acme, tmp_path / "blobs")
    yield MailRoom(desk, engine, logins.worker, clock)
    await stop_children()
    await engine.dispose()
