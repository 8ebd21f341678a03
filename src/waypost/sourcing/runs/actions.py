"""Verbs of a run: wish for one, wish again for what failed, take a wish back. What follows, follows in jobs."""

from typing import Any
from uuid import UUID

from waypost.platform.work import Work
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.accepting import accept, again, answered
from waypost.sourcing.runs.ending import End, Said, finish
from waypost.sourcing.runs.limits import refuse_too_many, refuse_twice, take_turn
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.planning import planned, profile_of, source_of
from waypost.sourcing.runs.refusals import AlreadyEnded, NotFailed, RetriedTooOften, SourceWaits
from waypost.sourcing.runs.states import change
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import Enqueued, RunWish
from waypost.sourcing.sources.pausing import pause_of
from waypost.sourcing.sources.standing import check_hours
from waypost.sourcing.wire.words import TERMINAL, RunState

SCHEDULED, RETRY, CONTINUATION = "scheduled", "retry", "continuation"
NOBODY = "a run belongs to a person"


async def enqueue(work: Work, wish: RunWish, terms: RunTerms) -> Enqueued:
    """Take a wish: checks in the documented order, then one run and its job, or a run served from what is known.

    Raise what `refused` of the answer holds once the work is committed: that run stands, and failed at once. Refuses
    with the classes of `refusals.py` before anything is written.
    """
    person = wish.person_id or work.actor.person_id
    assert person is not None, NOBODY
    await take_turn(work.db, work.org, person)
    known = await answered(work, wish, person, terms)
    if known is not None:
        return known
    profile = await profile_of(work.db, wish, person)
    source = await source_of(work.db, wish, profile)
    check_hours(source, work.now)
    if wish.mode == SCHEDULED and await pause_of(work.db, source, work.now, terms=terms.pauses):
        raise SourceWaits
    if wish.mode != CONTINUATION:
        await refuse_too_many(work, person, terms)
    plan = planned(wish, source, profile)
    if wish.mode != CONTINUATION:
        await refuse_twice(work, person, plan.fingerprint, terms)
    return await accept(work, wish, plan, person, terms)


async def retry(work: Work, run_id: UUID, terms: RunTerms, *, request_id: str | None = None) -> Enqueued:
    """Wish again for what failed: a new run beside the old one, which stays as it is (sourcing.md 1.3).

    Only the owner's, only FAILED. While a child is going the second wish gets that child.
    """
    past = await queries.mine(work.db, run_id, work.actor.person_id, for_update=True)
    if past.status != RunState.FAILED:
        raise NotFailed
    child = await queries.live_retry(work.db, past.id)
    if child is not None:
        return await again(work, child, terms)
    if past.retry_count >= terms.chain:
        raise RetriedTooOften
    wish = RunWish(
        source=past.source_slug,
        listing_url=past.listing_url,
        limit=past.wanted,
        filters=past.filters,
        career_profile_id=past.career_profile_id,
        force_refresh=True,
        relax=past.relax,
        mode=RETRY,
        request_id=request_id,
        retry_of=past,
        resume=await _left_of(work, past),
    )
    return await enqueue(work, wish, terms)


async def _left_of(work: Work, past: Run) -> dict[str, Any] | None:
    """Where a retry goes on: nowhere, it begins anew; but a continuation was only ever about leftovers."""
    first = past
    while first.retry_of_run_id is not None:
        first = await queries.by_id(work.db, first.retry_of_run_id)
    return past.resume if first.continues_run_id is not None else None


async def cancel(work: Work, run_id: UUID) -> Run:
    """Take a wish back: what waits is CANCELLED at once; who runs it is asked to stop. Refuses what has ended."""
    run = await queries.mine(work.db, run_id, work.actor.person_id, for_update=True)
    if run.status in TERMINAL:
        raise AlreadyEnded
    if run.status == RunState.PENDING:
        said = Said(event_type="run_cancelled", code="CANCELLED_BY_OWNER")
        await finish(work, run, End(status=RunState.CANCELLED, said=(said,)))
    elif run.cancel_requested_at is None:
        await change(work.db, run.id, since={RunState.RUNNING}, cancel_requested_at=work.now)
        await note(work, run, "run_cancel_requested", code="CANCELLED_BY_OWNER")
    return run
