"""Verbs of the queue: writing what follows from a work's facts, and giving a dead job another life."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from structlog.contextvars import get_contextvars

from waypost.platform.errors import Conflict
from waypost.platform.facts import Fact, KeptFact
from waypost.platform.ids import new_id
from waypost.platform.jobs.declare import Job, declared
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.pokes import poke_jobs, poke_live
from waypost.platform.work import Work

INSERT_JOBS: Insert = upsert(StoredJob).on_conflict_do_nothing()


class TwinAlive(Conflict):
    """The same work is already waiting or running."""


async def settle(work: Work) -> None:
    """Write timeline rows and jobs of everything the work has told, in its own transaction; poke after the commit."""
    kept = [fact for fact in work.told if fact.kept]
    if kept:
        await work.db.execute(insert(KeptFact), [_timeline_row(work, fact) for fact in kept])
    rows = [_job_row(work, job, fact) for fact in work.told for job in _listening(fact)]
    if rows:
        await work.db.execute(INSERT_JOBS, rows)
    for queue in {row["queue"] for row in rows}:
        work.after_commit(partial(poke_jobs, queue))
    for fact in kept:
        work.after_commit(partial(poke_live, work.org, fact.wire(), getattr(fact, fact.about)))


async def enqueue(work: Work, fact: Fact) -> UUID | None:
    """For doors that must answer with a job's id: write the jobs of a fact that is not told otherwise, now.

    Gives the id of the first one, None when a live twin made it needless.
    """
    rows = [_job_row(work, job, fact) for job in _listening(fact)]
    written = await work.db.execute(INSERT_JOBS.returning(StoredJob.id), rows)
    ids: set[UUID] = set(written.scalars())
    for queue in {row["queue"] for row in rows}:
        work.after_commit(partial(poke_jobs, queue))
    first: UUID | None = next((row["id"] for row in rows if row["id"] in ids), None)
    return first


async def bring_forward(work: Work, dedupe_key: str) -> UUID | None:
    """Make the queued job with this key (`TYPE:VALUE`) due now and give its id; None when none is queued."""
    found = await work.db.execute(
        update(StoredJob)
        .where(StoredJob.dedupe_key == dedupe_key, StoredJob.status == Status.QUEUED)
        .values(run_at=work.now, updated_at=work.now)
        .returning(StoredJob.id, StoredJob.queue)
    )
    row = found.one_or_none()
    if row is None:
        return None
    work.after_commit(partial(poke_jobs, row.queue))
    job_id: UUID = row.id
    return job_id


async def revive(work: Work, job: StoredJob) -> None:
    """The change of state behind every replay."""
    try:
        async with work.db.begin_nested():
            job.status, job.run_at, job.attempts, job.replays = Status.QUEUED, work.now, 0, job.replays + 1
            job.last_error = job.fingerprint = job.locked_at = job.locked_by = None
            job.updated_at = work.now
    except IntegrityError as error:
        raise TwinAlive from error
    work.after_commit(partial(poke_jobs, job.queue))


def _listening(fact: Fact) -> list[Job]:
    return [job for job in declared().values() if job.fact is type(fact)]


def _timeline_row(work: Work, fact: Fact) -> dict[str, Any]:
    return {
        "thing_id": getattr(fact, fact.about),
        "event": fact.wire(),
        "actor_kind": work.actor.kind.value,
        "actor_id": work.actor.person_id,
        "at": work.now,
        "data": fact.data(),
    }


def _job_row(work: Work, job: Job, fact: Fact) -> dict[str, Any]:
    payload = fact.payload()
    return {
        "id": new_id(),
        "type": job.type,
        "queue": job.queue,
        "status": Status.QUEUED.value,
        "priority": job.priority,
        "run_at": work.now,
        "attempts": 0,
        "max_attempts": job.attempts,
        "replays": 0,
        "concurrency_key": job.order_key(payload),
        "dedupe_key": job.unique_key(payload),
        "thing_id": getattr(fact, fact.about) if fact.about else None,
        "traceparent": get_contextvars().get("traceparent"),
        "payload": payload,
        "created_at": work.now,
        "updated_at": work.now,
    }
