"""A task's signs of life: on a timer of its own from acceptance to the end, with all that has happened since the last.

What the API answers is obeyed: a lost lease or a wish to stop ends the task, budgets go to whoever asks hosts.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from waypost.platform.clock import Clock, utc_now
from waypost.platform.observe import logs
from waypost.sourcing.fetching.hands import Progress
from waypost.sourcing.scraper import figures
from waypost.sourcing.scraper.speaking import Heard, Voice
from waypost.sourcing.scraper.store import Store, lines
from waypost.sourcing.scraper.store.tasks import Row
from waypost.sourcing.scraper.targets import Paths
from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.report import Execution, Heartbeat, HeartbeatAnswer, HostNews
from waypost.sourcing.wire.signing import Signed
from waypost.sourcing.wire.task import Resume
from waypost.sourcing.wire.words import HEARTBEAT_EVENT, Phase

MOST_LINES, MOST_KEYS, MOST_HOSTS = 200, 200, 20
INSTANCE = f"{socket.gethostname()[:100]}:{os.getpid()}"
"""This process among all scrapers of an installation, as operators find it again."""
NOBODY = HeartbeatAnswer(ok=False, status="unknown")
"""What stands for an answer where there was none."""

_log = logs.line("waypost.sourcing.scraper.pulse")


class Verdict(StrEnum):
    """Why a task is not to go on."""

    CANCELLED = "cancelled"
    """Somebody wished it; the API waits for an end."""
    LEASE_LOST = "lease_lost"
    """Another scraper has it."""
    OVER = "over"
    """The run has its end already."""


@dataclass(slots=True)
class Pulse:
    """The heart of one task. `stop` is called, once, with a verdict."""

    row: Row
    paths: Paths | None
    voice: Voice
    store: Store
    interval: float
    """Seconds."""
    stop: Callable[[Verdict], None] = lambda verdict: None
    clock: Clock = utc_now
    progress: Progress = field(default_factory=lambda: Progress(Phase.QUEUED))
    answer: HeartbeatAnswer = NOBODY
    verdict: Verdict | None = None
    lease_token: int = 0
    meta: dict[str, Any] = field(default_factory=dict)
    _told_resume: Resume | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _sent_at: float = 0.0

    async def run(self) -> None:
        """One now, then one whenever nothing was sent for an interval; none for a task that reports to nobody."""
        if self.paths is None:
            return
        loop = asyncio.get_running_loop()
        while True:
            rest = self._sent_at + self.interval - loop.time() if self._sent_at else 0.0
            if rest > 0:
                await asyncio.sleep(rest)
            else:
                await self.send()

    async def send(self, *, discovered: Sequence[str] = (), hosts: Sequence[HostNews] = ()) -> HeartbeatAnswer:
        """Send one and obey the answer; `NOBODY` where none came. Never raises for the other side's sake."""
        if self.paths is None:
            return NOBODY
        async with self._turn:
            self._sent_at = asyncio.get_running_loop().time()
            told = await self.store.ask(lambda db: lines.untold(db, self.row.id, MOST_LINES))
            beat = self._beat(told, discovered, hosts)
            heard = await self.voice.say(self.paths.heartbeat, self._signed(beat))
            figures.HEARTBEATS.labels("taken" if heard.is_taken else heard.reason).inc()
            return self._heard(heard, beat, told)

    def _beat(self, told: tuple[Execution, ...], keys: Sequence[str], hosts: Sequence[HostNews]) -> Heartbeat:
        now, task = self.progress, self.row.task
        return Heartbeat(
            source_run_id=task.source_run_id,
            run_id=task.run_id,
            trace_id=task.trace_id,
            phase=now.phase,
            attempt=max(1, self.row.starts),
            pages_visited=now.pages_visited,
            job_links_discovered=now.links,
            normalized_offers=now.offers,
            meta=self.meta,
            lease_token=self.lease_token,
            worker_instance=INSTANCE,
            events=told,
            hosts=tuple(hosts[:MOST_HOSTS]),
            discovered=tuple(keys[:MOST_KEYS]),
            resume=now.resume if now.resume != self._told_resume else None,
        )

    def _signed(self, beat: Heartbeat) -> Signed:
        return Signed(
            run_id=self.row.run_id,
            status_word="HEARTBEAT",
            task_run_id=self.row.task.run_id or "",
            request_id=str(uuid4()),
            event_id=HEARTBEAT_EVENT,
            body=canonical(beat.written()),
        )

    def _heard(self, heard: Heard, beat: Heartbeat, told: tuple[Execution, ...]) -> HeartbeatAnswer:
        if not heard.is_taken:
            _log.info("scraper.heartbeat_lost", reason=heard.reason, source_run_id=self.row.run_id, phase=beat.phase)
            return NOBODY
        self._told_resume = beat.resume or self._told_resume
        self.store.tell(lambda db: lines.told(db, self.row.id, told))
        with suppress(ValidationError):
            self.answer = HeartbeatAnswer.model_validate_json(heard.body)
            self._obey(self.answer)
            return self.answer
        return NOBODY

    def _obey(self, answer: HeartbeatAnswer) -> None:
        verdict = judged(answer)
        if verdict is not None and self.verdict is None:
            self.verdict = verdict
            self.stop(verdict)

    def stands(self, progress: Progress) -> bool:
        """Take over where the work stands; True where that must be told at once, since the phase is new."""
        is_new = progress.phase != self.progress.phase
        resume = progress.resume or self.progress.resume
        self.progress = replace(progress, resume=resume)
        return is_new


def judged(answer: HeartbeatAnswer) -> Verdict | None:
    """What an answer asks for. A run that the watchdog closed may still be brought to a better end (ruling 35)."""
    if answer.lease_lost:
        return Verdict.LEASE_LOST
    if answer.over or (answer.ignored and answer.status in {"COMPLETED", "CANCELLED"}):
        return Verdict.OVER
    return Verdict.CANCELLED if answer.cancel_requested else None
