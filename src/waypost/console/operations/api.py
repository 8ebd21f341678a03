"""The queue for programs: dead letters with a cursor, replay, cancel."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from waypost.console.operations import actions
from waypost.console.operations.access import PAGE, READ, REPLAY
from waypost.console.operations.actions import NoSuchJob
from waypost.platform import places
from waypost.platform.jobs import queries
from waypost.platform.jobs.models import StoredJob
from waypost.platform.web.doors import Doors, Reads, Writes

api = Doors(tags=["operations"])

Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str | None, Query(alias="cursor")]


@api.get("/ops/jobs/dlq", needs=READ)
async def dead_letters(work: Reads, limit: Limit = PAGE, after: After = None) -> dict[str, Any]:
    """`{items, next_cursor}`: dead jobs of the organisation, newest failure first; dead is shown as `failed`."""
    found = await queries.dead_newest(work.db, limit + 1, after=places.read(after))
    more = places.written((found[limit - 1].updated_at, found[limit - 1].id)) if len(found) > limit else None
    return {"items": [_shown(job) for job in found[:limit]], "next_cursor": more}


@api.get("/ops/jobs/{job_id}", needs=READ)
async def one_job(work: Reads, job_id: UUID) -> dict[str, Any]:
    """The job, and `history`: its attempts that did not succeed, newest first. Refuses: not here (404)."""
    job = await queries.by_id(work.db, job_id)
    if job is None:
        raise NoSuchJob
    attempts = await queries.attempts_of(work.db, job_id)
    names = ("replay", "attempt", "outcome", "error", "frame", "started_at", "ended_at")
    history = [{name: getattr(attempt, name) for name in names} for attempt in attempts]
    return _shown(job) | {"replays": job.replays, "fingerprint": job.fingerprint, "history": history}


@api.post("/ops/jobs/{job_id}/replay", needs=REPLAY)
async def replay(work: Writes, job_id: UUID) -> dict[str, Any]:
    """`{status: "queued", job_id}`. Refuses: not dead here (404), a live twin (409)."""
    job = await actions.replay(work, job_id)
    return {"status": job.status, "job_id": job.id}


@api.post("/ops/jobs/{job_id}/cancellation", needs=REPLAY)
async def cancel(work: Writes, job_id: UUID) -> dict[str, Any]:
    """`{status: "cancelled", job_id}`. Refuses: not here (404), running or ended (409)."""
    await actions.cancel(work, job_id)
    return {"status": "cancelled", "job_id": job_id}


def _shown(job: StoredJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "type": job.type,
        "status": queries.shown(job.status),
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "last_error": job.last_error,
        "run_at": job.run_at,
        "updated_at": job.updated_at,
        "payload": job.payload,
    }
