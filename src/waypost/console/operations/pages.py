"""Operations for people: what died, in groups that failed alike; one job with its attempts; replay and cancel."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from waypost.console.operations import actions, cursor
from waypost.console.operations.access import PAGE, READ, REPLAY
from waypost.console.operations.actions import NoSuchJob
from waypost.platform.jobs import queries
from waypost.platform.jobs.declare import verdict_on
from waypost.platform.jobs.models import StoredJob
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()

Alike = Annotated[str | None, Query(max_length=64)]


@pages.get("/ops/jobs", needs=READ)
async def dead_page(
    work: Reads, caller: SignedIn, alike: Alike = None, after: Annotated[str | None, Query(alias="cursor")] = None
) -> Page:
    """Dead letters: groups first, then each; `alike` shows one group."""
    found = await queries.dead_newest(work.db, PAGE + 1, fingerprint=alike, after=cursor.read(after))
    return Page(
        "console/operations/dead.html",
        blocks=("dead",),
        overview=await queries.overview(work.db, work.now),
        counted=queries.COUNTED,
        groups=await queries.dead_alike(work.db),
        paused=sorted(await queries.paused_queues(work.db)),
        jobs=found[:PAGE],
        alike=alike,
        older=_older(found),
        may_replay=REPLAY in caller.keys,
    )


@pages.get("/ops/jobs/dlq", needs=READ)
async def documented_address() -> Page:
    """The documented address of the list, for a browser."""
    return Page("console/operations/dead.html", goto="/ops/jobs")


@pages.get("/ops/jobs/{job_id}", needs=READ)
async def job_page(work: Reads, caller: SignedIn, job_id: UUID) -> Page:
    """One job: why it failed, each attempt, and whether trying again is safe."""
    job = await queries.by_id(work.db, job_id)
    if job is None:
        raise NoSuchJob
    twin = job.dedupe_key and await queries.waiting_id(work.db, job.dedupe_key)
    return Page(
        "console/operations/job.html",
        job=job,
        attempts=await queries.attempts_of(work.db, job_id),
        siblings=await queries.count_alike(work.db, job.fingerprint),
        verdict="twin" if twin and twin != job.id else verdict_on(job.type),
        may_replay=REPLAY in caller.keys,
    )


@pages.post("/ops/jobs/{job_id}/replay", needs=REPLAY)
async def replay(work: Writes, job_id: UUID) -> Page:
    """Back to the job, which is queued now."""
    await actions.replay(work, job_id)
    return Page("console/operations/job.html", goto=f"/ops/jobs/{job_id}")


@pages.post("/ops/jobs/{job_id}/cancellation", needs=REPLAY)
async def cancel(work: Writes, job_id: UUID) -> Page:
    """Back to the job, which will not run."""
    await actions.cancel(work, job_id)
    return Page("console/operations/job.html", goto=f"/ops/jobs/{job_id}")


def _older(found: Sequence[StoredJob]) -> Any:
    return cursor.written((found[PAGE - 1].updated_at, found[PAGE - 1].id)) if len(found) > PAGE else None
