"""Any order of claims, ends, losses and moments against a model of what may happen; and eight processes at once."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.database import Logins
from tests.platform.jobs import a_claimer
from tests.platform.jobs.queueing import Queue, Told, nothing
from waypost.platform import jobs
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.jobs.book import complete, end
from waypost.platform.jobs.claim import Claimed, Claims
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.lease import reap
from waypost.platform.jobs.outcome import handed_back, judge

PROVE = bool(os.environ.get("PROVE"))
LEASE = timedelta(seconds=60)
MOST = 3
INSERT = """
insert into jobs (org_id, id, type, queue, status, priority, run_at, attempts, max_attempts, replays, concurrency_key,
  payload, created_at, updated_at)
values (%(org)s, %(id)s, 'model', 'model', 'queued', 0, %(now)s, 0, %(most)s, 0, %(key)s, '{}', %(now)s, %(now)s)
"""


@dataclass(slots=True)
class Modelled:
    """What a job must look like."""

    org: UUID
    key: str | None
    run_at: datetime
    status: str = "queued"
    attempts: int = 0
    lease_until: datetime | None = None
    holder: Claimed | None = None


class Machine(RuleBasedStateMachine):
    """One queue, two organisations, any number of workers, a clock that only rules move."""

    url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.engine = queue_engine(self.url, pool=1)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.model: dict[UUID, Modelled] = {}
        self.claims: list[Claimed] = []
        self.orgs = [new_id(), new_id()]
        self.chance = random.Random(1)
        self.run(self.sql("delete from jobs"))

    def teardown(self) -> None:
        self.run(self.engine.dispose())
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Wait for it."""
        return self.loop.run_until_complete(work)

    async def sql(self, statement: str, **values: Any) -> Any:
        """Rows, if there are any."""
        async with self.engine.connect() as connection:
            result = await connection.exec_driver_sql(statement, values)
            return result.all() if result.returns_rows else None

    @rule(org=strategies.integers(0, 1), key=strategies.sampled_from([None, None, "a", "b"]))
    def enqueue(self, org: int, key: str | None) -> None:
        job_id = new_id()
        self.run(self.sql(INSERT, org=self.orgs[org], id=job_id, now=self.now, most=MOST, key=key))
        self.model[job_id] = Modelled(self.orgs[org], key, self.now)

    @rule(wanted=strategies.sampled_from([1, 3, 100]))
    def claim(self, wanted: int) -> None:
        free = self.claimable()
        taken = self.run(Claims(self.engine, "model", "w", LEASE).take(wanted, self.now))
        assert len(taken) == min(wanted, len(free))
        assert {job.id for job in taken} <= free
        for job in taken:
            it = self.model[job.id]
            it.status, it.attempts, it.holder, it.lease_until = "running", it.attempts + 1, job, self.now + LEASE
            assert job.attempt == it.attempts
        self.claims += taken

    @rule(pick=strategies.integers(0, 99), fails=strategies.booleans())
    def finish(self, pick: int, fails: bool) -> None:
        """By whoever claimed it once, also long after the lease was lost."""
        if self.claims:
            job = self.claims[pick % len(self.claims)]
            outcome = judge(ValueError("no"), job, self.now, __name__, self.chance)
            ours = self.run(end(self.engine, [outcome], self.now) if fails else complete(self.engine, [job], self.now))
            it = self.model[job.id]
            assert ours == ({job.id} if it.holder is job else set())
            if it.holder is job:
                it.holder, it.status = None, outcome.status.value if fails else "succeeded"
                it.run_at = outcome.run_at if fails else it.run_at

    @rule(pick=strategies.integers(0, 99))
    def hand_back(self, pick: int) -> None:
        if self.claims:
            job = self.claims[pick % len(self.claims)]
            self.run(end(self.engine, [handed_back(job)], self.now))
            it = self.model[job.id]
            if it.holder is job:
                it.holder, it.status, it.attempts = None, "queued", it.attempts - 1

    @rule()
    def look_for_the_silent(self) -> None:
        self.run(reap(self.engine, self.now, self.chance))
        rows = {row.id: row.run_at for row in self.run(self.sql("select id, run_at from jobs"))}
        for job_id, it in self.model.items():
            if it.holder and it.lease_until and it.lease_until < self.now:
                it.holder, it.run_at = None, rows[job_id]
                it.status = "dead" if it.attempts >= MOST else "queued"

    @rule(seconds=strategies.sampled_from([1, 10, 61, 4000]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_table_says_what_the_model_says(self) -> None:
        rows = self.run(self.sql("select id, status, attempts from jobs"))
        assert {row.id: (row.status, row.attempts) for row in rows} == {
            job_id: (it.status, it.attempts) for job_id, it in self.model.items()
        }

    def claimable(self) -> set[UUID]:
        """Ready, and first of its key with nobody of it running."""
        ready = [i for i, it in sorted(self.model.items()) if it.status == "queued" and it.run_at <= self.now]
        taken = {(it.org, it.key) for it in self.model.values() if it.status == "running"}
        free = set()
        for job_id in ready:
            it = self.model[job_id]
            if it.key is None or (it.org, it.key) not in taken:
                free.add(job_id)
                taken.add((it.org, it.key))
        return free


def test_claims_do_what_the_model_allows(logins: Logins) -> None:
    class Bound(Machine):
        url = logins.worker

    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=150 if PROVE else 12,
            stateful_step_count=40 if PROVE else 25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A job in one claimer's hands."""

    id: str
    key: str
    n: int
    since: float
    until: float

    @classmethod
    def read(cls, line: str) -> "Held":
        """As a claimer prints it."""
        job_id, key, n, since, until = line.split()
        return cls(job_id, key, int(n), float(since), float(until))


@pytest.mark.anyio
async def test_eight_processes_never_take_the_same_job(queue: Queue, logins: Logins) -> None:
    count = 4000 if PROVE else 400
    jobs.on(Told, type="keyed", key="key")(nothing)
    async with queue.works.open(queue.orgs.acme, MACHINE) as work:
        for n in range(count):
            work.tell(Told(n, str(n % 40)))
    held = await asyncio.to_thread(claimed_by_eight, logins.worker, queue.works.clock().isoformat())
    assert len({one.id for one in held}) == len(held) == count
    for key in range(40):
        mine = sorted((one for one in held if one.key == str(key)), key=lambda one: one.n)
        assert all(one.until <= after.since for one, after in pairwise(mine))


PATIENCE = 600 if PROVE else 100
"""Seconds for all jobs: those of one key go one after another, and each is a round trip of eight crowded processes."""


def claimed_by_eight(url: str, now: str) -> list[Held]:
    """What eight processes held when all began at the same moment."""
    command = [sys.executable, a_claimer.__file__, url]
    with ExitStack() as ending:
        return _held([ending.enter_context(claiming([*command, f"w{number}", now])) for number in range(8)])


@contextmanager
def claiming(command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    """A claimer; none outlives a failure."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as claimer:
        try:
            yield claimer
        finally:
            claimer.kill()


def _held(claimers: list["subprocess.Popen[str]"]) -> list[Held]:
    for claimer in claimers:
        assert claimer.stdout is not None
        assert claimer.stdout.readline() == "ready\n"
    for claimer in claimers:
        assert claimer.stdin is not None
        claimer.stdin.write("go\n")
        claimer.stdin.flush()
    said = [claimer.communicate(timeout=PATIENCE)[0] for claimer in claimers]
    assert [claimer.returncode for claimer in claimers] == [0] * 8
    assert sum(1 for one in said if one) > 1, "one process did all the work"
    return [Held.read(line) for one in said for line in one.splitlines()]
