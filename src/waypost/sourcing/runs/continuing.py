"""What a run found and did not read is read by another run, so a time limit loses nothing (sourcing.md 4.4)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from waypost.platform.errors import Refusal, Retryable
from waypost.platform.work import Work
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.actions import CONTINUATION, enqueue
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.queries import Past
from waypost.sourcing.runs.terms import PATIENT, RunTerms
from waypost.sourcing.runs.wish import RunWish
from waypost.sourcing.sources.budgets import states
from waypost.sourcing.sources.queries import known
from waypost.sourcing.wire.task import Resume
from waypost.sourcing.wire.words import RunState

CONTINUED, ABANDONED = "run_continued", "run_leftovers_abandoned"
LONGEST_REST, PATIENCE = timedelta(hours=1), timedelta(minutes=1)


async def go_on(work: Work, run_id: UUID, terms: RunTerms) -> UUID | None:
    """The run that reads the leftovers of a completed one; None where nothing is left, or enough was found.

    Leftovers that nobody will read any more are said in the run's log: none are dropped in silence.
    """
    run = await queries.by_id(work.db, run_id, for_update=True)
    left = leftovers(run)
    if left is None or run.user_id is None or await queries.continuation_of(work.db, run.id):
        return None
    found = len(await queries.offer_ids(work.db, run.id))
    if found >= run.wanted:
        return None
    past = await queries.lineage(work.db, run.id)
    gained = found or past[0].came_too_early
    if not gained or _is_enough(past, terms, work.now):
        await _abandon(work, run, left, "CONTINUATIONS_EXHAUSTED" if gained else "NOTHING_GAINED")
        return None
    return await _wished(work, run, left, run.wanted - found, terms)


async def _wished(work: Work, run: Run, left: dict[str, Any], wanted: int, terms: RunTerms) -> UUID | None:
    """What has changed since (its source was stopped, its profile is gone) ends the chain, and is said."""
    wish = RunWish(
        source=run.source_slug,
        listing_url=run.listing_url,
        limit=wanted,
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
    except Retryable:
        raise
    except Refusal as refused:
        await _abandon(work, run, left, refused.code or refused.kind())
        return None
    await note(work, run, CONTINUED, meta={"continuedByRunId": str(made.run.id), "leftover": len(left["pending"])})
    return made.run.id


async def _abandon(work: Work, run: Run, left: dict[str, Any], code: str) -> None:
    await note(work, run, ABANDONED, severity="warning", code=code, meta={"leftover": len(left["pending"])})


async def rest(work: Work, run_id: UUID) -> timedelta:
    """How long the hosts of a run's leftovers are promised already, or rest: begun sooner, a run would read nothing.

    A host that everybody asks is never free: what it has promised is waited for within a minute of the run's end, and
    twice as long after each run that came too early all the same.
    """
    run = await queries.by_id(work.db, run_id)
    source = await known(work.db, run.source_slug) if leftovers(run) else None
    if source is None:
        return timedelta(0)
    hosts = await states(work.db, source.hosts)
    waits = [each.closed_until for each in hosts if each.closed_until]
    if run.finalized_at and work.now < run.finalized_at + await _patience(work, run):
        waits += [each.next_free_at for each in hosts]
    return min(LONGEST_REST, max([each - work.now for each in waits], default=timedelta(0)))


async def _patience(work: Work, run: Run) -> timedelta:
    early = len(list(takewhile(lambda each: each.came_too_early, await queries.lineage(work.db, run.id))))
    return min(LONGEST_REST, PATIENCE * (1 << min(early, 10)))


def leftovers(run: Run) -> dict[str, Any] | None:
    """Links that a completed fetch found and did not read: as its end told them, else its last heartbeat.

    The end is delivered whatever happens; a heartbeat is sent once, and may tell of links that were read since.
    """
    if run.status != RunState.COMPLETED or run.origin != "fresh":
        return None
    found = _told_at_the_end(run) or Resume.model_validate(run.resume or {})  # an empty one is an answer, and is true
    return {"nextListing": None} | found.written() if found.pending or found.next_listing else None


def _told_at_the_end(run: Run) -> Resume | None:
    """None where the end says nothing of it: its scraper was an older one, or it said too much to be kept."""
    extra = run.diagnostics.get("extra")
    if not isinstance(extra, dict) or "adapter" not in extra:
        return None
    try:
        return Resume.model_validate(extra.get("resume") or {})
    except ValidationError:
        return None


def _is_enough(past: Sequence[Past], terms: RunTerms, now: datetime) -> bool:
    """As many continuations as may be, those not counted that could read nothing; or a night has passed over it."""
    continued = [each for each in past if each.mode == CONTINUATION and not each.came_too_early]
    return len(continued) >= terms.continuations or now > past[-1].created_at + PATIENT
