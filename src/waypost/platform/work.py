"""Work: who acts, for which organisation, in which transaction, at what time. Doors open it, actions take it first."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.access import Actor
from waypost.platform.clock import Clock, utc_now
from waypost.platform.db import Shards
from waypost.platform.facts import Fact

AfterCommit = Callable[[], None]


@dataclass(slots=True)
class Work:
    """One transaction of one actor. Nobody but the door that opened it commits it."""

    org: UUID
    actor: Actor
    db: AsyncSession
    now: datetime
    told: list[Fact] = field(default_factory=list)
    _later: list[AfterCommit] = field(default_factory=list)

    def tell(self, fact: Fact) -> None:
        """Say what happened; its jobs and its timeline row are written in this same transaction."""
        self.told.append(fact)

    def after_commit(self, act: AfterCommit) -> None:
        """Run a quick, harmless thing (a wake-up, a counter) once the transaction stands; dropped on rollback."""
        self._later.append(act)

    def committed(self) -> None:
        """Called by the door after its commit."""
        for act in self._later:
            act()


Settle = Callable[[Work], Awaitable[None]]
"""Writes what the told facts ask for (timeline rows and jobs) before the commit; given by the composition root."""


@dataclass(frozen=True, slots=True)
class Works:
    """Opens works. The one object that doors, jobs and commands share."""

    shards: Shards
    settle: Settle
    clock: Clock = utc_now

    @asynccontextmanager
    async def open(self, org: UUID, actor: Actor, *, reads: bool = False) -> AsyncIterator[Work]:
        """A work that commits when its block ends well and rolls back when it raises."""
        async with self.shards.session(org, reads=reads) as session:
            work = Work(org, actor, session, self.clock())
            async with session.begin():
                yield work
                if work.told:
                    await self.settle(work)
            work.committed()
