"""What the outside learns of each attempt: one log line, a few figures; no payloads, no personal data."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from typing import Any

from structlog import get_logger
from structlog.contextvars import bind_contextvars

from waypost.platform.jobs import metrics
from waypost.platform.jobs.attempt import Ended
from waypost.platform.jobs.cause import cause_of, own_frames
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.declare import declared
from waypost.platform.jobs.outcome import Ending
from waypost.platform.jobs.rotation import Unit
from waypost.platform.observe.logs import line

_log = line("waypost.jobs")

# Finding a series by its labels costs more than the job of a busy queue: each is looked up once.
_finished, _took, _waited = cache(metrics.FINISHED.labels), cache(metrics.TOOK.labels), cache(metrics.WAITED.labels)
running = cache(metrics.RUNNING.labels)


async def lasting(part: Callable[[], Awaitable[None]]) -> None:
    """Run a part of the worker for as long as it lasts; an error in it is logged and it begins anew a second later."""
    while True:
        try:
            return await part()
        except Exception as error:
            cause = cause_of(error, __name__)
            _log.error("worker.part_failed", part=str(part), error=cause.error, frame=cause.frame)
            await asyncio.sleep(1)


class Journal:
    """Writes the log lines and counts."""

    def __init__(self) -> None:
        self._log = get_logger("waypost.jobs").bind()

    def begun(self, unit: Unit, now: datetime) -> None:
        """From here on, every log line of this task says for which job."""
        first = unit[0]
        _waited(first.queue).observe(max(0.0, (now - first.run_at).total_seconds()))
        bind_contextvars(type=first.type, job_id=str(first.id), org_id=str(first.org_id))

    def ended(self, unit: Unit, ended: Ended, seconds: float) -> None:
        """One line for a job; a batch has one for all that went well and one for each other."""
        first = unit[0]
        _took(first.queue, first.type).observe(seconds)
        if well := len(ended.completed) + len(ended.to_complete):
            self._line(first, Ending.SUCCEEDED, seconds, {"jobs": well} if well > 1 else {}, well)
        for job in ended.lost:
            self._line(job, Ending.LOST, seconds, {"job_id": str(job.id)})
        for outcome in ended.outcomes:
            more = {"job_id": str(outcome.claimed.id)} | ({"error": outcome.cause.error} if outcome.cause else {})
            self._line(outcome.claimed, outcome.ending, seconds, more)

    def lost(self, jobs: list[Claimed]) -> None:
        """Their handlers ended well, but somebody else has them by now: they run once more."""
        for job in jobs:
            _finished(job.queue, job.type, Ending.LOST.value).inc()
            self._log.warning("job.lease_lost", type=job.type, job_id=str(job.id), org_id=str(job.org_id))

    def unforeseen(self, error: BaseException, job: Claimed) -> None:
        """An error that no one thought of: reported with its places in our code, never with its values."""
        declaration = declared().get(job.type)
        home = declaration.handler.__module__ if declaration else __name__
        cause = cause_of(error, home)
        frames = list(own_frames(error, home))
        self._log.error("job.unforeseen", error=cause.error, fingerprint=cause.fingerprint, frames=frames)

    def _line(self, job: Claimed, ending: Ending, seconds: float, more: dict[str, Any], jobs: int = 1) -> None:
        _finished(job.queue, job.type, ending.value).inc(jobs)
        self._log.info(
            "job.finished", outcome=ending.value, attempt=job.attempt, duration_ms=round(seconds * 1000, 1), **more
        )
