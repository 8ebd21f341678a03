"""Leases: held by a thread of its own, so that a handler which blocks the loop loses none; reaped when they lapse."""

import random
import threading
from datetime import datetime, timedelta

import psycopg
from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.clock import Clock
from waypost.platform.jobs.book import end, keys
from waypost.platform.jobs.cause import plain_cause
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.metrics import EXPIRED
from waypost.platform.jobs.models import Status
from waypost.platform.jobs.outcome import Ending, Outcome, pause_after
from waypost.platform.observe.logs import line

EXTEND = """
update jobs set lease_until = %(until)s from (
  select jobs.org_id, jobs.id from unnest(%(orgs)s::uuid[], %(ids)s::uuid[], %(tokens)s::uuid[]) held(org_id, id, token)
  join jobs on jobs.org_id = held.org_id and jobs.id = held.id and jobs.lease_token = held.token
  where jobs.status = 'running' for update of jobs skip locked
) ours where jobs.org_id = ours.org_id and jobs.id = ours.id
"""

LAPSED = """
select org_id, id, type, queue, attempts, max_attempts, replays, run_at, traceparent, '{}'::jsonb, lease_token,
  locked_at
from jobs where status = 'running' and lease_until < %(now)s order by lease_until limit 500
"""

_log = line("waypost.jobs")


class Leases:
    """What this worker holds, extended every third of a lease by a thread with its own connection."""

    def __init__(self, url: str, lease: timedelta, clock: Clock) -> None:
        self._dsn = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self.lease = lease
        self._clock = clock
        self._held: dict[int, Claimed] = {}
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self, jobs: list[Claimed]) -> None:
        """Begin to extend them."""
        self._held.update({id(job): job for job in jobs})

    def release(self, jobs: list[Claimed]) -> None:
        """Their outcome is written, or their lease was lost."""
        for job in jobs:
            self._held.pop(id(job), None)

    def start(self) -> None:
        """Start the thread."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._beat, name="waypost-leases", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it; what is still held lapses by itself."""
        self._ended.set()
        if self._thread:
            self._thread.join(timeout=5)

    def _beat(self) -> None:
        pause = self.lease.total_seconds() / 3
        while not self._ended.is_set():
            try:
                with psycopg.connect(self._dsn, autocommit=True) as connection:
                    while not self._ended.wait(pause):
                        self.extend(connection)
            except psycopg.Error as error:
                _log.warning("leases.not_extended", error=type(error).__name__)
                self._ended.wait(min(1.0, pause))

    def extend(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        """One beat. Rows that a finishing transaction holds are skipped: they need no lease, or get the next beat."""
        held = list(self._held.copy().values())
        if held:
            connection.execute(EXTEND, keys(held) | {"until": self._clock() + self.lease})


async def reap(engine: AsyncEngine, now: datetime, chance: random.Random) -> int:
    """Take lapsed jobs from workers that fell silent: queued again, or dead when their attempts are used up.

    The first loss costs no pause (a worker was killed); repeated ones do, so that jobs which were merely in the same
    process as one that kills it come apart from it. Gives how many were taken; a lease renewed meanwhile stays.
    """
    async with engine.connect() as connection:
        rows = (await connection.exec_driver_sql(LAPSED, {"now": now})).all()
    lapsed = [_lapsed(Claimed(*tuple(row)), now, chance) for row in rows]
    taken = await end(engine, lapsed, now, only_lapsed=True) if lapsed else set()
    for outcome in lapsed:
        if outcome.claimed.id in taken:
            EXPIRED.labels(outcome.claimed.queue).inc()
    return len(taken)


def _lapsed(claimed: Claimed, now: datetime, chance: random.Random) -> Outcome:
    cause = plain_cause("lease expired")
    if claimed.attempt >= claimed.max_attempts:
        return Outcome(claimed, Ending.DEAD, Status.DEAD, claimed.run_at, cause)
    pause = timedelta(0) if claimed.attempt == 1 else pause_after(claimed.attempt, chance)
    return Outcome(claimed, Ending.RETRY, Status.QUEUED, now + pause, cause)
