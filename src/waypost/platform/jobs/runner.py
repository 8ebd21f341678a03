"""The worker: claims, runs handlers side by side, writes what came of them, and leaves no job behind when it stops."""

import asyncio
import os
import random
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.jobs.attempt import Attempts
from waypost.platform.jobs.children import stop_children
from waypost.platform.jobs.chores import Organisations, Retention, chores, no_organisations
from waypost.platform.jobs.claim import Claimed, Claims
from waypost.platform.jobs.declare import declared, scheduled, timeout_of
from waypost.platform.jobs.hands import Hands
from waypost.platform.jobs.journal import Journal, lasting, running
from waypost.platform.jobs.lane import Lane
from waypost.platform.jobs.lease import Leases
from waypost.platform.jobs.ledger import Ledger
from waypost.platform.jobs.outcome import handed_back
from waypost.platform.jobs.pokes import near
from waypost.platform.jobs.rotation import Unit, units_of
from waypost.platform.jobs.trail import following
from waypost.platform.parts import Parts
from waypost.platform.signals import JOBS, Signals
from waypost.platform.work import Works


@dataclass(frozen=True, slots=True)
class Plan:
    """How a worker works."""

    concurrency: int = 20
    """Handlers at once. One hand is kept free for each other queue, so that a slow queue never holds all of them."""
    lease: timedelta = timedelta(seconds=60)
    poll: float = 1.0
    """Seconds between two looks when nobody pokes: the truth that pokes only hasten."""
    drain: float = 20.0
    """Seconds that running handlers get to end when the worker is asked to stop."""
    keep: timedelta = timedelta(days=14)
    """How long succeeded and cancelled jobs are kept."""
    keep_dead: timedelta | None = None
    """How long dead ones are; None: until somebody decides."""
    queues: tuple[str, ...] = ()
    """Empty: every queue that a job was declared for."""
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")


class Runner:
    """One worker process's queue. `engine` is a `queue_engine`, `url` its address (for the lease thread)."""

    def __init__(
        self,
        engine: AsyncEngine,
        url: str,
        works: Works,
        *,
        parts: Parts | None = None,
        plan: Plan | None = None,
        organisations: Organisations = no_organisations,
    ) -> None:
        self._plan = plan or Plan()
        self._engine, self._works = engine, works
        self._journal = Journal()
        self._attempts = Attempts(works, parts or Parts(), random.Random(), self._journal.unforeseen)
        self._leases = Leases(url, self._plan.lease, works.clock)
        self._ledger = Ledger(engine, works.clock, self._written)
        self._lanes = self._make_lanes()
        keep = Retention(self._plan.keep, self._plan.keep_dead)
        self._chores = chores(engine, works.clock, self._plan.lease, keep, organisations)
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._hands = Hands(self._freed)

    async def start(self) -> None:
        """Begin to work; call it inside the event loop that stays. Works of this process wake it at once."""
        self._deaf = near(self.wake)
        self._leases.start()
        keep = [self._ledger.keep, self._hands.watch, *self._chores]
        self._tasks = [asyncio.create_task(lasting(part)) for part in keep]
        self._claiming = asyncio.create_task(lasting(self._claim))

    def hear(self, signals: Signals) -> Callable[[], None]:
        """Look at once when a poke says that jobs were added; returns the function that stops it."""
        return signals.hear(JOBS, self.wake)

    def wake(self, queue: str = "") -> None:
        """Look at `queue` now, or at all of them."""
        for name, lane in self._lanes.items():
            lane.hungry = lane.hungry or queue in ("", name)
        self._wake.set()

    async def stop(self) -> None:
        """Claim no more, hand back what was not started, give what runs `drain` seconds, then interrupt it."""
        self._stopping = True
        self._deaf()
        self._wake.set()
        await asyncio.wait([self._claiming], timeout=5)
        self._claiming.cancel()
        for lane in self._lanes.values():
            self._ledger.add([], [handed_back(job) for job in lane.waiting.empty()])
        await self._hands.end(self._plan.drain)
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await self._ledger.flush()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(self._claiming, *self._tasks, return_exceptions=True)
        await stop_children()
        await asyncio.to_thread(self._leases.stop)

    async def work_off(self) -> int:
        """Without `start`: run whatever is ready and what follows from it, until nothing is; gives how many ran."""
        ran = 0
        while units := [unit for lane in self._lanes.values() for unit in await self._claim_for(lane, 100)]:
            for unit in units:
                lane = self._lanes[unit[0].queue]
                lane.running += 1
                await asyncio.create_task(self._run(lane, unit))
                ran += len(unit)
            await self._ledger.flush()
        return ran

    def _make_lanes(self) -> dict[str, Lane]:
        plan, jobs = self._plan, declared()
        known = {job.queue for job in jobs.values()} | {schedule.queue for schedule in scheduled().values()}
        queues = plan.queues or tuple(sorted(known))
        batches = {type_: job.batch for type_, job in jobs.items() if job.batch > 1}
        limit = max(1, plan.concurrency - len(queues) + 1)
        return {
            queue: Lane(Claims(self._engine, queue, plan.name, plan.lease, batches), limit, plan.poll)
            for queue in queues
        }

    async def _claim(self) -> None:
        while not self._stopping:
            self._wake.clear()
            for queue, lane in self._lanes.items():
                running(queue).set(lane.running)
                wanted = lane.wanted()
                if wanted and not self._stopping:
                    units = await self._claim_for(lane, wanted)
                    lane.waiting.add(units)
                    self._begin()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._plan.poll):
                    await self._wake.wait()

    async def _claim_for(self, lane: Lane, wanted: int) -> list[Unit]:
        lane.asking()
        jobs = await lane.claims.take(wanted, self._works.clock())
        lane.hungry = lane.hungry or len(jobs) >= wanted
        self._leases.hold(jobs)
        return units_of(jobs, lane.claims.batches)

    def _begin(self) -> None:
        """Start what waits, as far as hands are free."""
        for lane in self._lanes.values():
            while lane.waiting and lane.running < lane.limit and len(self._hands) < self._plan.concurrency:
                lane.running += 1
                unit = lane.waiting.pop()
                self._hands.take(self._run(lane, unit), timeout_of(unit[0].type))

    def _freed(self) -> None:
        if not self._stopping:
            self._begin()
            if any(lane.hungry and lane.wanted() for lane in self._lanes.values()):
                self._wake.set()

    async def _run(self, lane: Lane, unit: Unit) -> None:
        """Whatever breaks around an attempt, the lane has its hand back and the jobs are let go, for the reaper."""
        begun = perf_counter()
        try:
            await self._attempt(unit, begun)
        except Exception as error:
            self._leases.release(unit)
            self._journal.unforeseen(error, unit[0])
        finally:
            lane.ended(perf_counter() - begun)

    async def _attempt(self, unit: Unit, begun: float) -> None:
        now = self._works.clock()
        self._journal.begun(unit, now)
        with following(unit, now) as trail:
            ended = await self._attempts.make(unit)
            trail.ended(unit, ended)
            self._leases.release(ended.completed + ended.lost)
            self._ledger.add(ended.to_complete, ended.outcomes)
            self._journal.ended(unit, ended, perf_counter() - begun)

    def _written(self, jobs: list[Claimed], ours: set[UUID]) -> None:
        self._leases.release(jobs)
        if len(ours) < len(jobs):
            self._journal.lost([job for job in jobs if job.id not in ours])
