"""Runs at work for a test: two organisations, an enabled source, a clock in the hand, a scraper of paper."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from tests.cast import Player
from tests.platform.jobs.queueing import Hand
from waypost.platform.access import MACHINE
from waypost.platform.http.hardening import Hardening
from waypost.platform.ids import new_id
from waypost.platform.jobs.attempt import OneRun
from waypost.platform.jobs.claim import Claimed
from waypost.platform.parts import Parts
from waypost.platform.work import Work, Works
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.actions import enqueue
from waypost.sourcing.runs.dispatching import Desk, deliver
from waypost.sourcing.runs.models import ApiPresence, Run, RunEvent
from waypost.sourcing.runs.presence import be_here
from waypost.sourcing.runs.providers import Direct
from waypost.sourcing.runs.sweeping import Swept, sweep
from waypost.sourcing.runs.terms import Handover, RunTerms
from waypost.sourcing.runs.wish import Enqueued, RunWish
from waypost.sourcing.sources.actions import enable, permit

SOURCE = "pracuj-pl-it"
CALLBACK = "https://api.example/api/job-sources/complete"
UNHURRIED = RunTerms(duplicate=timedelta(0), max_active=20)


@dataclass(slots=True)
class Running:
    """Acme's runs. `terms` may be replaced before a step."""

    works: Works
    clock: Hand
    alice: Player
    terms: RunTerms = UNHURRIED
    host: str = field(default_factory=lambda: f"t{new_id().hex[-12:]}.pracuj.pl")
    """Nobody else's timeline: hosts are the whole installation's."""
    to: Handover = field(default_factory=lambda: Handover(callback_url=CALLBACK, patience=1.0))

    @property
    def listing(self) -> str:
        """An address on it."""
        return f"https://{self.host}/praca/warszawa;wp"

    @asynccontextmanager
    async def work(self, who: Player | None = None) -> AsyncIterator[Work]:
        """A work of Alice's, or of somebody else's."""
        player = who or self.alice
        async with self.works.open(player.org_id, player.actor) as work:
            yield work

    async def open_source(self, who: Player | None = None, key: str = SOURCE) -> None:
        """Somebody wrote down why it may be asked."""
        async with self.work(who) as work:
            await permit(work, key, "They said yes, in writing.")
            await enable(work, key)

    async def wish(self, who: Player | None = None, **wish: Any) -> Enqueued:
        """Enqueue; looks at one address unless something else is said."""
        named = {"source": SOURCE, "listing_url": self.listing} | wish
        async with self.work(who) as work:
            return await enqueue(work, RunWish(**named), self.terms)

    async def run(self, run_id: UUID, who: Player | None = None) -> Run:
        """Its row."""
        async with self.work(who) as work:
            return await queries.by_id(work.db, run_id)

    async def set(self, run_id: UUID, **columns: Any) -> Run:
        """Put it into a state that other processes would bring about."""
        async with self.work() as work:
            await work.db.execute(update(Run).where(Run.id == run_id).values(**columns))
        return await self.run(run_id)

    async def events(self, run_id: UUID) -> Sequence[RunEvent]:
        """Its log, the oldest line first."""
        async with self.work() as work:
            chosen = select(RunEvent).where(RunEvent.source_run_id == run_id)
            return (await work.db.scalars(chosen.order_by(RunEvent.created_at, RunEvent.id))).all()

    async def types(self, run_id: UUID) -> list[str]:
        """What its log is about."""
        return [event.event_type for event in await self.events(run_id)]

    async def hand_over(self, run_id: UUID) -> None:
        """One try of its delivery; raises `Later` as in the queue."""
        provider = Direct(self.to, Hardening())
        job = self.job(Desk(self.terms, self.to, provider))
        try:
            await deliver(job, run_id)
        finally:
            await provider.close()

    def job(self, desk: Desk, who: Player | None = None) -> OneRun:
        """What a handler holds."""
        org, now = (who or self.alice).org_id, self.clock()
        claimed = Claimed(org, new_id(), "run_dispatch", "sourcing", 1, 25, 0, now, None, {}, new_id(), now)
        return OneRun(self.works, Parts(desk), [claimed])

    async def listen(self, **ago: float) -> None:
        """The API has been there for so long (an hour), without a gap."""
        since = self.clock() - timedelta(**(ago or {"hours": 1}))
        await be_here(self.works.shards.engine, self.clock())
        async with self.work() as work:
            await work.db.execute(update(ApiPresence).values(up_since=since, seen_at=self.clock()))

    async def sweep(self) -> Swept:
        """The watchdog's look."""
        async with self.works.open(self.alice.org_id, MACHINE) as work:
            return await sweep(work, self.terms)

    def at(self, url: str, **named: Any) -> None:
        """Tasks go there."""
        self.to = replace(self.to, task_url=url, **named)
