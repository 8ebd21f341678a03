"""What a run found and did not read is read by another run, so a time limit loses nothing (sourcing.md 4.4)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from waypost.platform.work import Work
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.actions import CONTINUATION, enqueue
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.refusals import SourceClosed
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import RunWish
from waypost.sourcing.sources.budgets import states
from waypost.sourcing.sources.queries import by_key
from waypost.sourcing.sources.refusals import SourceResting
from waypost.sourcing.wire.words import RunState

CONTINUED = "run_continued"
LONGEST_REST, PATIENCE = timedelta(hours=1), timedelta(minutes=1)


async def go_on(work: Work, run_id: UUID, terms: RunTerms) -> UUID | None:
    """The run that reads the leftovers of a completed one; None where nothing is left, or enough was found."""
    run = await queries.by_id(work.db, run_id, for_update=True)
    left = leftovers(run)
    if left is None or run.user_id is None or await queries.continuation_of(work.db, run.id):
        return None
    found = len(await queries.offer_ids(work.db, run.id))
    if found >= run.wanted or not (found or _came_too_early(run)) or await _depth(work, run) >= terms.continuations:
        return None
    wish = RunWish(
        source=run.source_slug,
        listing_url=run.listing_url,
        limit=run.wanted - found,
        filters=run.filters,
        career_profile_id=run.career_profile_id,
        force_refresh=True,
        relax=run.relax,
        mode=CONTINUATION,
        continues=run,
        resume=left,
        request_id=run.request_id,
        person_id=run.user_id,
    )
    try:
        made = await enqueue(work, wish, terms)
    except (SourceClosed, SourceResting):
        return None
    await note(work, run, CONTINUED, meta={"continuedByRunId": str(made.run.id), "leftover": len(left["pending"])})
    return made.run.id


async def rest(work: Work, run_id: UUID) -> timedelta:
    """How long the hosts of a run's leftovers are promised already, or rest: begun sooner, a run would read nothing.

    A host that everybody asks is never free: what it has promised is waited for within a minute of the run's end.
    """
    run = await queries.by_id(work.db, run_id)
    if leftovers(run) is None:
        return timedelta(0)
    hosts = await states(work.db, (await by_key(work.db, run.source_slug)).hosts)
    waits = [each.closed_until for each in hosts if each.closed_until]
    if run.finalized_at and work.now < run.finalized_at + PATIENCE:
        waits += [each.next_free_at for each in hosts]
    return min(LONGEST_REST, max([each - work.now for each in waits], default=timedelta(0)))


def leftovers(run: Run) -> dict[str, Any] | None:
    """Links that a completed fetch found and did not read, as its last heartbeat told them."""
    resume = run.resume or {}
    pending, further = resume.get("pending") or [], resume.get("nextListing")
    if run.status != RunState.COMPLETED or run.origin != "fresh" or not (pending or further):
        return None
    return {"nextListing": further, "pending": list(pending), "done": list(resume.get("done") or [])}


def _came_too_early(run: Run) -> bool:
    """A continuation may find its host's next instants given away still, and read nothing: that is no end."""
    return run.mode == CONTINUATION and run.diagnostics.get("pagesVisited") == 0


async def _depth(work: Work, run: Run) -> int:
    """How many runs this one continues."""
    depth, at = 0, run
    while at.continues_run_id is not None:
        depth, at = depth + 1, await queries.by_id(work.db, at.continues_run_id)
    return depth
