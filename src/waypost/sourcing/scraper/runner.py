"""Tasks in their order: so many at once, the others wait, and what was begun before a restart goes on."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from waypost.platform.clock import Clock, utc_now
from waypost.platform.errors import Unavailable
from waypost.platform.observe import logs
from waypost.sourcing.fetching.hands import Progress
from waypost.sourcing.scraper.courier import Courier
from waypost.sourcing.scraper.errand import Carry, Errand, Visitors
from waypost.sourcing.scraper.pulse import Pulse
from waypost.sourcing.scraper.speaking import Voice
from waypost.sourcing.scraper.store import NoRoom, Store, lines, spool, tasks
from waypost.sourcing.scraper.store.spool import Entry
from waypost.sourcing.scraper.store.tasks import Room, Row, Verdict
from waypost.sourcing.scraper.targets import ForeignTarget, Home, Paths
from waypost.sourcing.wire.task import Task
from waypost.sourcing.wire.words import Phase

LEAST_FREE = 50_000_000
"""Bytes that must be free on the disk when a task is taken: its own reports need a place too."""

_log = logs.line("waypost.sourcing.scraper.runner")


class Draining(Unavailable):
    """The scraper is about to stop."""


@dataclass(slots=True)
class Runner:
    """Takes tasks and carries them out."""

    store: Store
    courier: Courier
    voice: Voice
    home: Home
    carry: Carry
    visitors: Visitors
    room: Room
    most_ms: int
    interval: float
    clock: Clock = utc_now
    free_bytes: Callable[[str], int] = lambda path: shutil.disk_usage(path).free
    is_draining: bool = False
    _turn: asyncio.Semaphore = field(init=False)
    _errands: dict[int, "tuple[Errand, asyncio.Task[None]]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turn = asyncio.Semaphore(self.room.running)

    async def start(self) -> None:
        """Go on with what a former process left."""
        await self.store.ask(spool.let_go)
        again = await self.store.ask(tasks.put_back_all)
        rows = await self.store.ask(tasks.live)
        for row in rows:
            self._begin(row)
        if rows:
            _log.info("scraper.resumed", tasks=len(rows), interrupted=again)

    async def take(self, task: Task, request_id: str) -> tuple[Verdict, Row | None]:
        """Keep a task. Refuses with `Draining`, `NoRoom`; `ForeignTarget` where it reports elsewhere."""
        if self.is_draining:
            raise Draining(retry_after=timedelta(seconds=15))
        if self.free_bytes(str(self.store.path.parent)) < LEAST_FREE:
            raise NoRoom(retry_after=timedelta(seconds=60))
        self.home.paths(task)
        now = self.clock().timestamp()
        verdict, row = await self.store.ask(lambda db: tasks.take_in(db, task, request_id, self.room, now))
        if verdict is Verdict.ACCEPTED and row is not None:
            self._begin(row)
        elif verdict is Verdict.OVERTAKEN and row is not None and (known := self._errands.get(row.id)):
            known[0].pulse.lease_token = row.lease_token
        return verdict, row

    async def drain(self, grace: float) -> None:
        """Take nothing more; let what runs end, put the rest back."""
        self.is_draining = True
        waiting = [life for errand, life in self._errands.values() if not errand.is_running]
        running = [life for errand, life in self._errands.values() if errand.is_running]
        await _cancelled(waiting)
        if running:
            await asyncio.wait(running, timeout=grace)
        await _cancelled(running)

    async def tell_rest(self, entry: Entry) -> None:
        """What happened to a run's end belongs to its log too: one more heartbeat brings it, where there is any."""
        number = entry.report.task
        if number is None:
            return
        row = await self.store.ask(lambda db: tasks.one(db, number))
        left = await self.store.ask(lambda db: lines.untold(db, number, 1))
        if row is not None and left:
            pulse = self._pulse(row)
            pulse.progress = Progress(Phase.CALLBACK)
            await pulse.send()

    def _pulse(self, row: Row) -> Pulse:
        return Pulse(
            row,
            self._paths(row),
            self.voice,
            self.store,
            self.interval,
            clock=self.clock,
            lease_token=row.lease_token,
        )

    def _begin(self, row: Row) -> None:
        pulse = self._pulse(row)
        errand = Errand(row, pulse, self.store, self.courier, self._turn, self.carry, self.visitors, self.most_ms)
        pulse.stop = errand.stop
        life = asyncio.create_task(errand.live())
        self._errands[row.id] = errand, life
        life.add_done_callback(lambda done: self._ended(row, done))

    def _paths(self, row: Row) -> Paths | None:
        """Where the task said, unless the operator has moved the API since."""
        try:
            return self.home.paths(row.task)
        except ForeignTarget:
            own = {"callback_url": None, "heartbeat_url": None, "ingest_url": None}
            return self.home.paths(row.task.model_copy(update=own))

    def _ended(self, row: Row, life: "asyncio.Task[None]") -> None:
        self._errands.pop(row.id, None)
        if not life.cancelled() and (error := life.exception()) is not None:
            _log.error("scraper.errand_failed", exc_info=error, source_run_id=row.run_id)


async def _cancelled(lives: "list[asyncio.Task[None]]") -> None:
    for life in lives:
        life.cancel()
    if lives:
        await asyncio.wait(lives)
