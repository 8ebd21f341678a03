"""What operators do to the queue by hand: replay, cancel, pause. Every act is audited."""

from functools import partial
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, NotFound
from waypost.platform.jobs import queries
from waypost.platform.jobs.actions import lay_down, revive
from waypost.platform.jobs.declare import verdict_on
from waypost.platform.jobs.models import QueueControl, Status, StoredJob
from waypost.platform.jobs.pokes import poke_jobs
from waypost.platform.work import Work


class NotDead(NotFound):
    """There is no such dead letter here."""


class NoSuchJob(NotFound):
    """There is no such job here."""


class NotWaiting(Conflict):
    """Only a waiting or dead job can be cancelled."""


class NeverAgain(Conflict):
    """This kind of work must not be done a second time."""


async def replay(work: Work, job_id: UUID) -> StoredJob:
    """Queue a dead job again with a fresh budget of attempts; its payload and its place in the order of its key stay.

    Refuses: not dead here (404), a live twin, or a kind of work that must never be repeated (409). Audited.
    """
    job = await queries.dead_by_id(work.db, job_id)
    if job is None:
        raise NotDead
    if verdict_on(job.type) == "not":
        raise NeverAgain
    await revive(work, job)
    await record(work, "jobs.replayed", "job", job.id, {"type": job.type, "replays": job.replays})
    return job


async def cancel(work: Work, job_id: UUID) -> StoredJob:
    """End a waiting or dead job for good. Refuses: not here (404), running or ended (409). Audited."""
    job = await queries.by_id(work.db, job_id, locked=True)
    if job is None:
        raise NoSuchJob
    if job.status not in (Status.QUEUED, Status.DEAD):
        raise NotWaiting
    await lay_down(work, job)
    await record(work, "jobs.cancelled", "job", job_id, {"type": job.type})
    return job


async def pause_queue(work: Work, queue: str) -> None:
    """Stop claims from a queue in the whole installation within a second; running jobs end. For operators; audited."""
    await _control(work, queue, paused=True)


async def resume_queue(work: Work, queue: str) -> None:
    """The opposite of `pause_queue`."""
    await _control(work, queue, paused=False)
    work.after_commit(partial(poke_jobs, queue))


async def _control(work: Work, queue: str, *, paused: bool) -> None:
    change = upsert(QueueControl).values(queue=queue, paused=paused)
    await work.db.execute(change.on_conflict_do_update(index_elements=["queue"], set_={"paused": paused}))
    await record(work, "jobs.queue_paused" if paused else "jobs.queue_resumed", "queue", None, {"queue": queue})
