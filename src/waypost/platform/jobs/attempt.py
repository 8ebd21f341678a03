"""One attempt at one job or at a batch: the handler is called, and what it leads to is judged, never raised."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlalchemy.exc import InterfaceError, OperationalError

from waypost.platform.access import MACHINE
from waypost.platform.errors import Invalid, Refusal
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.declare import Job, Schedule, declared, scheduled
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.outcome import Interrupted, NotDeclaredHere, Outcome, judge
from waypost.platform.jobs.run import Later
from waypost.platform.parts import Part, Parts
from waypost.platform.work import Work, Works

TOO_LONG = "took too long"
"""The word that a task is cancelled with when its job's time is over."""

Errors = Callable[[BaseException, Claimed], None]
"""Told of every unforeseen error, for the log."""


class PayloadUnreadable(Invalid):
    """This job's payload cannot be read by this version."""


class LeaseLost(RuntimeError):
    """Another worker has the job by now; what this one did in its finishing work was rolled back."""


@dataclass(slots=True)
class OneRun:
    """What the handler holds (see `Run`)."""

    works: Works
    parts: Parts
    jobs: list[Claimed]
    completed: bool = False

    @property
    def org(self) -> UUID:
        """The organisation of all of them."""
        return self.jobs[0].org_id

    @property
    def job_ids(self) -> list[UUID]:
        """One id, or a batch of them."""
        return [job.id for job in self.jobs]

    @property
    def attempt(self) -> int:
        """The highest count in a batch."""
        return max(job.attempt for job in self.jobs)

    @property
    def now(self) -> datetime:
        """The runner's clock."""
        return self.works.clock()

    def of(self, kind: type[Part]) -> Part:
        """A part of this process."""
        return self.parts.of(kind)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """A short transaction of its own."""
        async with self.works.open(self.org, MACHINE) as work:
            yield work

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[Work]:
        """The transaction that also completes the jobs, as the last thing it does."""
        async with self.works.open(self.org, MACHINE) as work:
            yield work
            await self._complete(work)
        self.completed = True

    async def _complete(self, work: Work) -> None:
        mine = [StoredJob.id.in_(self.job_ids), StoredJob.status == Status.RUNNING]
        tokens = {job.token for job in self.jobs}
        nothing = dict.fromkeys(("last_error", "fingerprint", "locked_at", "locked_by", "lease_token", "lease_until"))
        done = await work.db.execute(
            update(StoredJob)
            .where(*mine, StoredJob.lease_token.in_(tokens))
            .values(status=Status.SUCCEEDED, updated_at=work.now, **nothing)
            .returning(StoredJob.id),
            execution_options={"synchronize_session": False},
        )
        if len(done.all()) != len(self.jobs):
            raise LeaseLost


@dataclass(slots=True)
class Ended:
    """What became of a unit: completed with its work, to be completed, lost, or to be written down."""

    completed: list[Claimed] = field(default_factory=list)
    to_complete: list[Claimed] = field(default_factory=list)
    lost: list[Claimed] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(slots=True)
class Attempts:
    """Makes attempts; `report` hears of errors that nobody foresaw."""

    works: Works
    parts: Parts
    chance: random.Random
    report: Errors

    async def make(self, jobs: list[Claimed]) -> Ended:
        """Run the handler over jobs of one type and organisation; a failing batch is halved down to the culprit."""
        ended = Ended()
        declaration = declared().get(jobs[0].type) or scheduled().get(jobs[0].type)
        await self._try(declaration, jobs, ended)
        return ended

    async def _try(self, declaration: Job | Schedule | None, jobs: list[Claimed], ended: Ended) -> None:
        run = OneRun(self.works, self.parts, jobs)
        try:
            await _call(declaration, run)
        except LeaseLost:
            ended.lost += jobs
        except (Exception, asyncio.CancelledError, SystemExit) as raised:
            error = _core(raised)
            if run.completed:
                self._after_completion(error, jobs, ended)
            elif len(jobs) > 1 and _may_be_one_item(error):
                await self._try(declaration, jobs[: len(jobs) // 2], ended)
                await self._try(declaration, jobs[len(jobs) // 2 :], ended)
            else:
                ended.outcomes += self._judged(declaration, error, jobs)
        else:
            (ended.completed if run.completed else ended.to_complete).extend(jobs)

    def _after_completion(self, error: BaseException, jobs: list[Claimed], ended: Ended) -> None:
        """The effects stand and the job is done; what the handler stumbled over afterwards is only reported."""
        self.report(error, jobs[0])
        ended.completed += jobs

    def _judged(self, declaration: Job | Schedule | None, error: BaseException, jobs: list[Claimed]) -> list[Outcome]:
        home = declaration.handler.__module__ if declaration else __name__
        if not isinstance(error, Refusal | Later | Interrupted):
            self.report(error, jobs[0])
        return [judge(error, job, self.works.clock(), home, self.chance) for job in jobs]


async def _call(declaration: Job | Schedule | None, run: OneRun) -> None:
    if declaration is None:
        raise NotDeclaredHere
    if isinstance(declaration, Schedule):
        await declaration.handler(run)
    elif declaration.batch > 1:
        await declaration.handler(run, [_fact(declaration, job.payload) for job in run.jobs])
    else:
        await declaration.handler(run, _fact(declaration, run.jobs[0].payload))


def _fact(declaration: Job, payload: dict[str, Any]) -> Any:
    try:
        return declaration.fact.restore(payload)
    except (msgspec.ValidationError, TypeError) as error:
        raise PayloadUnreadable from error


def _core(error: BaseException) -> BaseException:
    """A lone error out of its group; a cancellation from outside says why."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, asyncio.CancelledError):
        return TimeoutError(TOO_LONG) if error.args == (TOO_LONG,) else Interrupted()
    return error


def _may_be_one_item(error: BaseException) -> bool:
    """Not when the handler itself says "later", "again" or is being stopped, nor when the database is away."""
    if isinstance(error, Refusal):
        return not error.again
    return not isinstance(error, Later | Interrupted | OperationalError | InterfaceError | TimeoutError)
