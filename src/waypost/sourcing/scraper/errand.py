"""One task from acceptance to its end. However it ends, its end is written once, in the transaction that closes it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from waypost.platform.observe import logs
from waypost.sourcing.fetching.faults import Cancelled, LeaseLost
from waypost.sourcing.fetching.hands import Progress
from waypost.sourcing.fetching.keeping import Visits
from waypost.sourcing.scraper import figures
from waypost.sourcing.scraper.courier import Courier
from waypost.sourcing.scraper.endings import CANCELLED, DIED_TOO_OFTEN, TIMED_OUT, Ending, broke
from waypost.sourcing.scraper.hands import ApiLeave, TaskHands
from waypost.sourcing.scraper.pulse import NOBODY, Pulse, Verdict
from waypost.sourcing.scraper.reports import end_report
from waypost.sourcing.scraper.store import Store, lines, requests, spool, tasks
from waypost.sourcing.scraper.store.lines import Line
from waypost.sourcing.scraper.store.tasks import Row
from waypost.sourcing.wire.report import HostNews
from waypost.sourcing.wire.task import Resume, Task
from waypost.sourcing.wire.words import Phase

MOST_STARTS = 3
"""A task under which the process died that often is given up: it would only die again."""
MOST_LINES = 500
SILENT = frozenset({Verdict.LEASE_LOST, Verdict.OVER})

Carry = Callable[[Task, TaskHands], Awaitable[Ending]]
"""What carries a task out: `fetching.pipeline`, or a script in tests."""
Visitors = Callable[[Task, ApiLeave], Visits]
"""Makes the visitor of one task."""

_log = logs.line("waypost.sourcing.scraper.errand")


@dataclass(slots=True)
class Errand:
    """`live` is one task's life. `turn` is shared: so many errands are carried out at once, in order."""

    row: Row
    pulse: Pulse
    store: Store
    courier: Courier
    turn: asyncio.Semaphore
    carry: Carry
    visitors: Visitors
    most_ms: int
    """The scraper's own limit; a task may ask for less."""
    is_running: bool = False
    _work: "asyncio.Task[None] | None" = field(default=None, init=False)
    _leave: ApiLeave = field(init=False)
    _visits: Visits | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._leave = ApiLeave(self.pulse)

    async def live(self) -> None:
        """Until its end is in the file; a cancelled one is put back, to be begun again."""
        beating = asyncio.create_task(self.pulse.run())
        self._work = asyncio.create_task(self._worked())
        try:
            await asyncio.wait({self._work})
            await self._concluded(self._work)
        except asyncio.CancelledError:
            await self._put_down(self._work)
            raise
        finally:
            beating.cancel()

    def stop(self, verdict: Verdict) -> None:
        """The API's word; what is under way is dropped."""
        _log.info("scraper.stopped", reason=verdict.value, source_run_id=self.row.run_id)
        if self._work is not None:
            self._work.cancel()

    async def _worked(self) -> None:
        async with self.turn:
            self.is_running = True
            try:
                await self._close(await self._begun())
            finally:
                self.is_running = False

    async def _begun(self) -> Ending:
        """Before the first page the API is asked whether the task is still ours."""
        starts = await self.store.insist(lambda db: tasks.begin(db, self.row.id, self._now()))
        self.row = self.pulse.row = replace(self.row, starts=starts)
        self._leave.untold = await self.store.ask(lambda db: requests.untold(db, self.row.id))
        if starts > MOST_STARTS:
            return DIED_TOO_OFTEN
        resume = await self._resume()
        self.pulse.stands(Progress(Phase.LISTING_FETCH, resume=resume))
        self._say("task_execution", "WORKER_TASK_STARTED")
        await self.pulse.send()
        return await self._carried(self.row.task.model_copy(update={"resume": resume}))

    async def _carried(self, task: Task) -> Ending:
        limit = min(task.task_timeout_ms or self.most_ms, self.most_ms)
        visits = self._visits = self.visitors(task, self._leave)
        hands = TaskHands(self.pulse, visits, self.store, self.courier)
        task = task.model_copy(update={"task_timeout_ms": limit})
        try:
            async with asyncio.timeout(limit / 1_000) as clock:
                return await self.carry(task, hands)
        except (Cancelled, LeaseLost):
            return CANCELLED
        except Exception as error:  # whatever a page made us trip over ends this run, and no other
            if clock.expired():
                return TIMED_OUT
            _log.error("scraper.task_broke", exc_info=error, source_run_id=self.row.run_id)
            return broke(error)

    async def _resume(self) -> Resume | None:
        """Where it goes on: the last checkpoint, and everything that was handed over since."""
        done = await self.store.ask(lambda db: tasks.done_keys(db, self.row.id))
        known = self.row.resume
        if known is None and not done:
            return None
        found = known or Resume()
        return found.model_copy(update={"done": tuple(dict.fromkeys((*found.done, *done)))})

    async def _concluded(self, work: "asyncio.Task[None]") -> None:
        """What is left to do when the work is over, or was dropped."""
        if not work.cancelled():
            return work.result()
        if self.pulse.verdict is Verdict.CANCELLED:
            return await self._close(CANCELLED)
        await self._fall_silent()

    async def _fall_silent(self) -> None:
        """The run is another's now, or over: what was read travels on, but no end of ours."""
        outcome = (self.pulse.verdict or Verdict.OVER).value
        if news := self._news():
            await self.pulse.send(hosts=news)
        await self.store.insist(lambda db: tasks.end(db, self.row.id, outcome, self._now()))
        figures.TASKS.labels(outcome).inc()

    async def _close(self, ending: Ending) -> None:
        """The end into the file, with the log of the way; one of two ends is enough."""
        if self.pulse.verdict in SILENT:
            return await self._fall_silent()
        self.pulse.stands(Progress(Phase.CALLBACK))
        self._say("task_execution", ending.code, ending.status, ending.content.get("error"))
        content = {**ending.content, "hosts": self._news() or None}

        def closed(db: sqlite3.Connection) -> bool:
            if not tasks.end(db, self.row.id, ending.outcome, self._now()):
                return False
            self._report(db, content)
            requests.all_told(db, self.row.id)
            return True

        if await self.store.insist(closed):
            figures.TASKS.labels(ending.outcome).inc()
            _log.info("scraper.task_ended", outcome=ending.outcome, code=ending.code, **self._ids())
        self.courier.wake()

    def _report(self, db: sqlite3.Connection, content: Mapping[str, Any]) -> None:
        if self.pulse.paths is None:
            return
        untold = lines.untold(db, self.row.id, MOST_LINES)
        whole = {"scrape_attempt_no": max(1, self.row.starts), "events": untold, **content}
        report = end_report(self.pulse.paths, self.row.task, self.row.id, self.pulse.lease_token, whole)
        spool.put(db, report, self._now())
        lines.told(db, self.row.id, untold)

    async def _put_down(self, work: "asyncio.Task[None]") -> None:
        """We are to stop: it waits in the file, and the API hears where it stands."""
        was_running = self.is_running
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        if was_running:
            await self.store.insist(lambda db: tasks.put_back(db, self.row.id, as_begun=False))
            self.pulse.stands(replace(self.pulse.progress, phase=Phase.QUEUED))
            if await self.pulse.send(hosts=self._news()) is not NOBODY:
                await self.store.insist(lambda db: requests.all_told(db, self.row.id))

    def _news(self) -> tuple[HostNews, ...]:
        """What was learnt of hosts and not told yet, by us or by a process that died."""
        return self._leave.left(self._visits.news() if self._visits else ())

    def _say(self, stage: str, code: str, status: str = "info", message: str | None = None) -> None:
        now, line = self._now(), Line(stage, code, status, message)
        self.store.tell(lambda db: lines.add(db, self.row.id, line, now))

    def _ids(self) -> dict[str, Any]:
        task = self.row.task
        return {
            "source_run_id": self.row.run_id,
            "trace_id": str(task.trace_id) if task.trace_id else None,
            "task_id": task.task_id,
            "request_id": self.row.request_id,
        }

    def _now(self) -> float:
        return self.pulse.clock().timestamp()
