"""Verbs of a run: wish for one, wish again for what failed, take a wish back. What follows, follows in jobs."""

from typing import Any
from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.platform.identity.inbound_runs.lookups import take_run
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.ending import End, Said, finish
from waypost.sourcing.runs.limits import refuse_too_many, refuse_twice, take_turn
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run, RunEnqueued
from waypost.sourcing.runs.planning import Plan, planned, profile_of, source_of
from waypost.sourcing.runs.refusals import (
    AlreadyEnded,
    KeyOfAnother,
    NoScraper,
    NotFailed,
    RetriedTooOften,
    SourceWaits,
    TaskTooLarge,
)
from waypost.sourcing.runs.states import change
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import Enqueued, RunWish
from waypost.sourcing.sources.pausing import pause_of
from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.identity import canonical_url
from waypost.sourcing.wire.words import TERMINAL, FailureType, RunState

ENQUEUED = "run_enqueued"
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
    known = await _answered(work, wish, person, terms)
    if known is not None:
        return known
    profile = await profile_of(work.db, wish, person)
    source = await source_of(work.db, wish, profile)
    if wish.mode == SCHEDULED and await pause_of(work.db, source, work.now):
        raise SourceWaits
    if wish.mode != CONTINUATION:
        await refuse_too_many(work, person, terms)
    plan = planned(wish, source, profile)
    if wish.mode != CONTINUATION:
        await refuse_twice(work, person, plan.fingerprint, terms)
    return await _accepted(work, wish, plan, person, terms)


async def retry(work: Work, run_id: UUID, terms: RunTerms, *, request_id: str | None = None) -> Enqueued:
    """Wish again for what failed: a new run beside the old one, which stays as it is (sourcing.md 1.3).

    Only the owner's, only FAILED. While a child is going the second wish gets that child.
    """
    past = await queries.mine(work.db, run_id, work.actor.person_id, for_update=True)
    if past.status != RunState.FAILED:
        raise NotFailed
    child = await queries.live_retry(work.db, past.id)
    if child is not None:
        return await _again(work, child, terms)
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
    )
    return await enqueue(work, wish, terms)


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


async def _answered(work: Work, wish: RunWish, person: UUID, terms: RunTerms) -> Enqueued | None:
    """The first answer to an `Idempotency-Key`. Refuses one that came with another wish (`KeyOfAnother`)."""
    if wish.idempotency_key is None:
        return None
    run = await queries.by_key(work.db, person, wish.idempotency_key)
    if run is None:
        return None
    asked = (wish.source or run.source_slug, wish.listing_url or run.listing_url, wish.limit)
    if asked != (run.source_slug, run.listing_url, run.wanted):
        raise KeyOfAnother
    return await _again(work, run, terms)


async def _again(work: Work, run: Run, terms: RunTerms) -> Enqueued:
    """The answer that this run was told with."""
    told = await queries.event_of(work.db, run.id, ENQUEUED)
    meta: dict[str, Any] = told.meta if told else {}
    return Enqueued(
        run=run,
        terms=terms,
        dropped=meta.get("droppedFilters", {}),
        from_profile=bool(meta.get("resolvedFromProfile")),
        reuse=meta.get("reuseDiagnostics", {}),
    )


async def _accepted(work: Work, wish: RunWish, plan: Plan, person: UUID, terms: RunTerms) -> Enqueued:
    """The run, its log, and its job, or the reason why it failed at once."""
    run = await _put(work, wish, plan, person, terms)
    made = Enqueued(run=run, terms=terms, dropped=plan.dropped, from_profile=plan.from_profile)
    await _note_wish(work, run, made, wish)
    refused, code = _hopeless(wish, plan, terms)
    if refused is None:
        work.tell(RunEnqueued(run.id))
        return made
    said = Said(event_type="worker_dispatch_failed", severity="error", code=code, message=refused.detail)
    error, kind = f"[{FailureType.VALIDATION}] {refused.detail}", FailureType.VALIDATION
    await finish(
        work, run, End(status=RunState.FAILED, error=error, failure_type=kind, failure_code=code, said=(said,))
    )
    return Enqueued(run=run, terms=terms, dropped=plan.dropped, from_profile=plan.from_profile, refused=refused)


async def _put(work: Work, wish: RunWish, plan: Plan, person: UUID, terms: RunTerms) -> Run:
    """One PENDING row, known to callbacks by its id; what it retries or continues stands in the same insert."""
    run_id, retried = new_id(), wish.retry_of
    past = retried or wish.continues
    row: dict[str, Any] = {
        "id": run_id,
        "source_slug": plan.source.key,
        "user_id": person,
        "career_profile_id": plan.profile.id if plan.profile else None,
        "listing_url": plan.listing_url,
        "listing_given": past.listing_given if past else wish.listing_url is not None,
        "canonical_listing_url": canonical_url(plan.listing_url),
        "filters": plan.filters,
        "wanted": wish.limit,
        "relax": wish.relax,
        "force_refresh": wish.force_refresh,
        "intent_fingerprint": plan.fingerprint,
        "idempotency_key": wish.idempotency_key,
        "trace_id": new_id(),
        "request_id": wish.request_id,
        "mode": wish.mode,
        "continues_run_id": wish.continues.id if wish.continues else None,
        "resume": wish.resume,
        "retry_of_run_id": retried.id if retried else None,
        "retry_count": retried.retry_count + 1 if retried else 0,
        "dispatch_until": work.now + terms.deadline,
        "last_signal_at": work.now,
        "created_at": work.now,
    }
    await insert_rows(work.db, Run, [row])
    await take_run(work.db, run_id, work.org, work.now)
    return await queries.by_id(work.db, run_id)


async def _note_wish(work: Work, run: Run, made: Enqueued, wish: RunWish) -> None:
    meta = {
        "droppedFilters": made.dropped,
        "resolvedFromProfile": made.from_profile,
        "reuseDiagnostics": made.reuse,
        "mode": wish.mode,
    }
    await note(work, run, ENQUEUED, meta=meta)
    if wish.retry_of is not None:
        told = {"retriedFromRunId": str(wish.retry_of.id), "retryCount": run.retry_count}
        await note(work, run, "run_retried", code="MANUAL_RETRY", meta=told)


def _hopeless(wish: RunWish, plan: Plan, terms: RunTerms) -> tuple[Refusal | None, str | None]:
    """What is known at once to come to nothing."""
    if not terms.has_worker:
        return NoScraper(), NoScraper.code
    told = {"filters": plan.filters, "listingUrl": plan.listing_url, "recipe": plan.source.recipe, "at": wish.resume}
    if len(canonical(told)) > terms.payload_bytes:
        return TaskTooLarge(), TaskTooLarge.code
    return None, None
