"""Carries reports to the API until they are taken or dead (sourcing.md 2.4). What it carries is in the file already."""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from waypost.platform.clock import Clock, utc_now
from waypost.platform.observe import logs
from waypost.sourcing.scraper import figures
from waypost.sourcing.scraper.pacing import PERMANENT, TRANSIENT, Pace, is_given_up, kind_of, pause
from waypost.sourcing.scraper.speaking import Heard, Voice
from waypost.sourcing.scraper.store import NoRoom, Store, lines, spool
from waypost.sourcing.scraper.store.lines import Line
from waypost.sourcing.scraper.store.spool import Entry
from waypost.sourcing.wire.signing import Signed

LANES = 4
"""Reports that travel at once, of as many runs."""
LONGEST_NAP = 30.0
GRACE_SECONDS = 60.0
REPLAY = "callback_replay"

_log = logs.line("waypost.sourcing.scraper.courier")


@dataclass(frozen=True, slots=True)
class Settled:
    """What an attempt came to."""

    kind: str | None
    """None: taken. Else `transient` or `permanent`."""
    is_dead: bool
    heard: Heard
    again_at: float = 0.0


async def _nothing(entry: Entry) -> None:
    """Nobody wants to hear it."""


@dataclass(slots=True)
class Courier:
    """`run` carries; `wake` tells it that something new is there or that time has moved."""

    store: Store
    voice: Voice
    pace: Pace = field(default_factory=Pace)
    clock: Clock = utc_now
    chance: Callable[[], float] = random.random
    ended: Callable[[Entry], Awaitable[None]] = _nothing
    """Called when the end of a run was taken."""
    _bell: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """For ever; a cancelled one leaves what travels claimed, and `let_go` gives it back."""
        free = asyncio.Semaphore(LANES)
        async with asyncio.TaskGroup() as lanes:
            while True:
                await free.acquire()
                lanes.create_task(self._carry(await self._next())).add_done_callback(lambda _: free.release())

    def wake(self) -> None:
        """Look again."""
        self._bell.set()

    def hurry(self) -> None:
        """The API answers again."""
        now = self._now()
        self.store.tell(lambda db: spool.hurry(db, now))
        self.wake()

    async def attempt(self, entry: Entry, *, is_replay: bool = False) -> Settled:
        """Send a claimed report once and write down what came of it; a replayed one stays dead unless it is taken."""
        heard = await self.voice.say(entry.report.path, self._signed(entry), replayed=is_replay)
        settled = self._judged(entry, heard)
        settled = replace(settled, is_dead=True) if is_replay and settled.kind and entry.state == "dead" else settled
        line = replayed_as(entry, settled) if is_replay else told_as(entry, settled)
        await self.store.insist(lambda db: self._write(db, entry, settled, line))
        figures.DELIVERIES.labels(entry.report.kind, _word(settled)).inc()
        if settled.kind is None and entry.report.kind == "complete":
            await self.ended(entry)
        return settled

    async def _carry(self, entry: Entry) -> None:
        try:
            self._tell(entry, await self.attempt(entry))
        except Exception as error:  # one report that cannot be carried must not stop the others
            _log.error("scraper.callback_failed", reason=type(error).__name__, event_id=entry.report.event_id)
            again, reason = self._now() + GRACE_SECONDS, type(error).__name__
            await self.store.insist(lambda db: spool.later(db, entry.id, None, reason, again))
        self.wake()

    async def _next(self) -> Entry:
        while True:
            self._bell.clear()
            now = self._now()
            with suppress(NoRoom):
                if (entry := await self.store.ask(lambda db, now=now: spool.claim_due(db, now))) is not None:  # type: ignore[misc]  # a default binds the loop's value
                    return entry
            due = await self.store.ask(spool.next_at)
            nap = LONGEST_NAP if due is None else min(LONGEST_NAP, max(0.01, due - self._now()))
            with suppress(TimeoutError):
                async with asyncio.timeout(nap):  # `wait_for` of Python 3.11 swallows a cancellation beside the bell
                    await self._bell.wait()

    def _signed(self, entry: Entry) -> Signed:
        """Without a number of the attempt: what failed on the way was never counted there, and a number that leaps
        would be refused as out of order (sourcing.md 2.3).
        """
        report = entry.report
        stamp = f',"emittedAt":"{self.clock().astimezone(UTC).isoformat()}"}}'
        return Signed(
            run_id=report.run_id,
            status_word=report.status_word,
            task_run_id=report.task_run_id,
            request_id=report.request_id,
            event_id=report.event_id,
            body=report.body[:-1] + stamp.encode(),
        )

    def _judged(self, entry: Entry, heard: Heard) -> Settled:
        kind, now = TRANSIENT if heard.status is None else kind_of(heard.status), self._now()
        if kind != TRANSIENT:
            return Settled(kind, kind == PERMANENT, heard)
        is_last = is_given_up(entry.created_at, now) and entry.attempts >= self.pace.attempts
        return Settled(kind, is_last, heard, now + pause(self.pace, entry.attempts, self.chance(), heard.wait))

    def _write(self, db: sqlite3.Connection, entry: Entry, settled: Settled, line: Line) -> None:
        heard, now = settled.heard, self._now()
        if settled.kind is None:
            spool.sent(db, entry.id, heard.status or 0, now)
        elif settled.is_dead:
            spool.dead(db, entry.id, settled.kind, heard.status, heard.reason, now)
        else:
            spool.later(db, entry.id, heard.status, heard.reason, settled.again_at)
        if entry.report.task is not None:
            lines.add(db, entry.report.task, line, now)

    def _tell(self, entry: Entry, settled: Settled) -> None:
        report, say = entry.report, _log.warning if settled.is_dead else _log.info
        say(
            "scraper.callback",
            result=_word(settled),
            kind=report.kind,
            status=settled.heard.status,
            reason=settled.heard.reason,
            attempt=entry.attempts,
            source_run_id=report.run_id,
            trace_id=report.trace_id,
            request_id=report.request_id,
            event_id=report.event_id,
        )

    def _now(self) -> float:
        return self.clock().timestamp()


def told_as(entry: Entry, settled: Settled) -> Line:
    """The line of the execution log for one attempt (sourcing.md 3.4)."""
    about = {"eventId": entry.report.event_id, "attempt": entry.attempts, "httpStatus": settled.heard.status}
    if settled.kind is None:
        return Line("callback_dispatch", "CALLBACK_ACCEPTED", "success", meta=about)
    if settled.is_dead:
        is_end = entry.report.kind == "complete"
        stage = "callback_dead_letter" if is_end else "incremental_ingest"
        code = "CALLBACK_DEAD_LETTERED" if is_end else "OFFER_BATCH_INGEST_DEAD_LETTERED"
        return Line(stage, code, "failed", settled.heard.reason, about)
    again = datetime.fromtimestamp(settled.again_at, UTC).isoformat()
    return Line("callback_retry", "CALLBACK_RETRY_SCHEDULED", "warning", settled.heard.reason, about | {"at": again})


def replayed_as(entry: Entry, settled: Settled) -> Line:
    """The same for one that was replayed."""
    about = {"eventId": entry.report.event_id, "httpStatus": settled.heard.status}
    if settled.kind is None:
        return Line(REPLAY, "CALLBACK_REPLAY_ACCEPTED", "success", meta=about)
    code = "CALLBACK_REPLAY_FAILED" if settled.heard.status is None else "CALLBACK_REPLAY_REJECTED"
    return Line(REPLAY, code, "failed", settled.heard.reason, about)


def _word(settled: Settled) -> str:
    return "accepted" if settled.kind is None else f"dead_{settled.kind}" if settled.is_dead else "retry"
