"""What commands ask and do about jobs."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from waypost.cli.organisations import organisation_of
from waypost.console.operations import actions
from waypost.console.overview import actions as overview
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.jobs import queries
from waypost.platform.jobs.engine import queue_engine
from waypost.platform.jobs.models import StoredJob

COUNTS = text("select queue, status, count(*) as count from jobs group by 1, 2 order by 1, 2")
MOST = 100

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Count:
    """Jobs of one queue in one state."""

    queue: str
    status: str
    count: int

    def as_dict(self) -> Shown:
        """For programs."""
        return asdict(self)


async def counts(house: House) -> list[Count]:
    """Of the whole installation, under the queue's own login: figures without content."""
    engine = queue_engine(house.database.worker, pool=1)
    try:
        async with engine.connect() as connection:
            return [Count(*row) for row in await connection.execute(COUNTS)]
    finally:
        await engine.dispose()


def dead_letters(org: str) -> Callable[[House], Awaitable[list[Shown]]]:
    """The newest dead jobs of an organisation."""

    async def act(house: House) -> list[Shown]:
        async with house.works.open(await organisation_of(house, org), MACHINE, reads=True) as work:
            return [_shown(job) for job in await queries.dead_newest(work.db, MOST)]

    return act


def job_shown(org: str, job_id: UUID) -> Callable[[House], Awaitable[Shown]]:
    """A job with the attempts that failed; refuses one that is not there."""

    async def act(house: House) -> Shown:
        async with house.works.open(await organisation_of(house, org), MACHINE, reads=True) as work:
            job = await queries.by_id(work.db, job_id)
            if job is None:
                raise actions.NotDead(f"There is no job {job_id} in {org}.")
            made = await queries.attempts_of(work.db, job_id)
        tried = [
            {"attempt": one.attempt, "ended_at": one.ended_at.isoformat(), "outcome": one.outcome, "error": one.error}
            for one in made
        ]
        return _shown(job) | {"payload": job.payload, "attempts_made": tried}

    return act


def replayed(org: str, job_id: UUID) -> Callable[[House], Awaitable[None]]:
    """Queue a dead job again."""

    async def act(house: House) -> None:
        async with house.works.open(await organisation_of(house, org), MACHINE) as work:
            await actions.replay(work, job_id)

    return act


def set_paused(org: str, queue: str, *, paused: bool) -> Callable[[House], Awaitable[None]]:
    """Pause a queue of the whole installation or let it go on; whoever may type here is its operator."""

    async def act(house: House) -> None:
        async with house.works.open(await organisation_of(house, org), MACHINE) as work:
            await overview.set_paused(work, queue, paused=paused, operator=True)

    return act


def _shown(job: StoredJob) -> Shown:
    return {
        "id": str(job.id),
        "type": job.type,
        "queue": job.queue,
        "status": job.status,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "run_at": job.run_at.isoformat(),
        "updated_at": job.updated_at.isoformat(),
        "last_error": job.last_error,
    }
