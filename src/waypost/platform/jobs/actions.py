"""Verbs of the queue: writing what follows from a work's facts, and giving a dead job another life."""

from dataclasses import fields
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from waypost.platform.errors import Conflict, Invalid
from waypost.platform.facts import Fact, KeptFact
from waypost.platform.ids import new_id
from waypost.platform.jobs.declare import Job, declared
from waypost.platform.jobs.groups import leave_group
from waypost.platform.jobs.metrics import REVIVED
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.pokes import poke_jobs, poke_live
from waypost.platform.jobs.trail import begun_by
from waypost.platform.observe import trace
from waypost.platform.rows import Crowd, insert_together
from waypost.platform.work import Work

INSERT_JOBS: Insert = upsert(StoredJob).on_conflict_do_nothing()


class TwinAlive(Conflict):
    """The same work is already waiting or running."""


class NotKnownHere(Conflict):
    """This version of Waypost does not know this kind of work."""


class PayloadUnfit(Invalid):
    """These values are not what this kind of work needs."""


async def settle(work: Work) -> None:
    """Write timeline rows and jobs of everything the work has told, in its own transaction; poke after the commit."""
    kept = [fact for fact in work.told if fact.kept]
    rows = [row for fact in work.told for row in _rows(work, fact)]
    timeline = Crowd(KeptFact, [_timeline_row(work, fact) for fact in kept])
    await insert_together(work.db, timeline, Crowd(StoredJob, rows, unless_there=True))
    for queue in {row["queue"] for row in rows}:
        work.after_commit(partial(poke_jobs, queue))
    for fact in kept:
        work.after_commit(partial(poke_live, work.org, fact.wire(), getattr(fact, fact.about)))


async def enqueue(work: Work, fact: Fact, *, at: datetime | None = None) -> UUID | None:
    """For doors that must answer with a job's id: write the jobs of a fact that is not told otherwise, now.

    They are due at `at`, or at once. Gives the id of the first one, None when a live twin made it needless.
    """
    rows = [row | {"run_at": at or work.now} for row in _rows(work, fact)]
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
    """The change of state behind every replay. Refuses when a live twin does the work already."""
    alike = (job.fingerprint, job.type)
    try:
        async with work.db.begin_nested():
            job.status, job.run_at, job.attempts, job.replays = Status.QUEUED, work.now, 0, job.replays + 1
            job.last_error = job.fingerprint = job.locked_at = job.locked_by = None
            job.updated_at = work.now
    except IntegrityError as error:
        raise TwinAlive from error
    await leave_group(work, *alike)
    work.after_commit(REVIVED.labels(job.queue, job.type).inc)
    work.after_commit(partial(poke_jobs, job.queue))


async def lay_down(work: Work, job: StoredJob) -> None:
    """End a waiting or dead job for good; its payload stays to be read."""
    if job.status == Status.DEAD:
        await leave_group(work, job.fingerprint, job.type)
    job.status, job.updated_at = Status.CANCELLED, work.now


async def remake(work: Work, job: StoredJob, payload: dict[str, Any]) -> UUID:
    """A new job of the same type, in the same trace, with another payload. Refuses when a live twin does that work."""
    declaration = declared().get(job.type)
    if declaration is None:
        raise NotKnownHere
    row = _job_row(work, declaration, fact_of(declaration, payload), job.traceparent)
    written = await work.db.scalar(INSERT_JOBS.returning(StoredJob.id), [row])
    if written is None:
        raise TwinAlive
    work.after_commit(partial(poke_jobs, job.queue))
    return UUID(str(written))


def fact_of(declaration: Job, payload: dict[str, Any]) -> Fact:
    """The fact that a payload tells. Refuses fields that are missing, unknown or of another kind."""
    unknown = payload.keys() - {each.name for each in fields(declaration.fact)}
    if unknown:
        raise PayloadUnfit(f"This kind of work knows no {', '.join(sorted(unknown))}.")
    try:
        return declaration.fact.restore(payload)
    except (msgspec.ValidationError, TypeError) as error:
        raise PayloadUnfit from error


def _rows(work: Work, fact: Fact) -> list[dict[str, Any]]:
    """The jobs of one fact, all in one trace."""
    listening = _listening(fact)
    if not listening:
        return []
    traceparent = begun_by(fact) if fact.begins else trace.of_fact(fact.payload())
    return [_job_row(work, job, fact, traceparent) for job in listening]


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


def _job_row(work: Work, job: Job, fact: Fact, traceparent: str | None) -> dict[str, Any]:
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
        "traceparent": traceparent,
        "payload": payload,
        "created_at": work.now,
        "updated_at": work.now,
    }
