"""Operations for people: what died, in groups that failed alike; one job with its attempts; replay and cancel."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from waypost.console.operations import actions
from waypost.console.operations.access import PAGE, READ, REPLAY
from waypost.console.operations.actions import NoSuchJob
from waypost.console.operations.corrections import queries as corrections
from waypost.console.operations.runbooks import Runbooks
from waypost.console.operations.selections import queries as selections
from waypost.console.operations.things import about
from waypost.platform import places
from waypost.platform.jobs import queries
from waypost.platform.jobs.declare import verdict_on
from waypost.platform.jobs.models import StoredJob
from waypost.platform.observe.trace import trace_id, well_formed
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.sourcing.access import OPERATE
from waypost.sourcing.watching.letters import queries as letters

pages = Pages()

Alike = Annotated[str | None, Query(max_length=64)]
Kind = Annotated[str | None, Query(alias="type", max_length=200)]


@pages.get("/ops/jobs", needs=READ)
async def dead_page(
    work: Reads,
    caller: SignedIn,
    alike: Alike = None,
    kind: Kind = None,
    after: Annotated[str | None, Query(alias="cursor")] = None,
) -> Page:
    """Dead letters: groups first, then each; `alike` and `type` show one group."""
    found = await queries.dead_newest(work.db, PAGE + 1, fingerprint=alike, type_=kind, after=places.read(after))
    return Page(
        "console/operations/dead.html",
        blocks=("dead",),
        overview=await queries.overview(work.db, work.now),
        counted=queries.COUNTED,
        counts=await queries.dead_counts(work.db),
        groups=await queries.dead_alike(work.db),
        paused=sorted(await queries.paused_queues(work.db)),
        made=await selections.newest(work.db),
        jobs=found[:PAGE],
        alike=alike,
        kind=kind,
        older=_older(found),
        may_replay=REPLAY in caller.keys,
        undelivered=await letters.pending(work.db) if OPERATE in caller.keys else None,
        told_up_to=letters.MOST,
    )


@pages.get("/ops/jobs/dlq", needs=READ)
async def documented_address() -> Page:
    """The documented address of the list, for a browser."""
    return Page("console/operations/dead.html", goto="/ops/jobs")


@pages.get("/ops/jobs/{job_id}", needs=READ)
async def job_page(work: Reads, caller: SignedIn, request: Request, job_id: UUID) -> Page:
    """One job: why it failed, each attempt, what it is about, and whether trying again is safe."""
    job = await queries.by_id(work.db, job_id)
    if job is None:
        raise NoSuchJob
    twin = job.dedupe_key and await queries.waiting_id(work.db, job.dedupe_key)
    runbooks: Runbooks = request.app.state.parts.of(Runbooks)
    traceparent = well_formed(job.traceparent)
    return Page(
        "console/operations/job.html",
        job=job,
        attempts=await queries.attempts_of(work.db, job_id),
        siblings=await queries.count_alike(work.db, job.fingerprint),
        beside=await _beside(work, job),
        about=await about(work, job.payload),
        verdict="twin" if twin and twin != job.id else verdict_on(job.type),
        trace=trace_id(traceparent) if traceparent else None,
        runbook=(runbooks.place(job.queue), runbooks.link(job.queue)),
        approved=await corrections.touching(work.db, job_id),
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


async def _beside(work: Work, job: StoredJob) -> list[StoredJob]:
    """Other dead letters about the same thing."""
    if job.thing_id is None:
        return []
    return [one for one in await queries.dead_of_thing(work.db, job.thing_id) if one.id != job.id]


def _older(found: Sequence[StoredJob]) -> Any:
    return places.written((found[PAGE - 1].updated_at, found[PAGE - 1].id)) if len(found) > PAGE else None
