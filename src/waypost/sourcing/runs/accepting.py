"""A wish becomes a run: one insert with everything that belongs to it, its log, and its job or its end."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.platform.identity.inbound_runs.lookups import take_run
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.addresses import fingerprint
from waypost.sourcing.runs.ending import End, Said, finish
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run, RunEnqueued
from waypost.sourcing.runs.planning import Plan
from waypost.sourcing.runs.refusals import KeyOfAnother, NoScraper, TaskTooLarge
from waypost.sourcing.runs.reusing import EVENTS, REMATCH, REUSE, Served, look, take
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.runs.wish import ACCEPTED, REUSED, SERVED, Enqueued, RunWish
from waypost.sourcing.runs.wording import worded
from waypost.sourcing.sources.queries import known
from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.identity import canonical_url
from waypost.sourcing.wire.words import FailureType, Outcome, RunState

ENQUEUED, FRESH = "run_enqueued", "fresh"


async def answered(work: Work, wish: RunWish, person: UUID, terms: RunTerms) -> Enqueued | None:
    """The first answer to an `Idempotency-Key`. Refuses one that came with another wish (`KeyOfAnother`)."""
    if wish.idempotency_key is None:
        return None
    run = await queries.by_key(work.db, person, wish.idempotency_key)
    if run is None:
        return None
    if not await _is_same(work, wish, run):
        raise KeyOfAnother
    return await again(work, run, terms)


async def _is_same(work: Work, wish: RunWish, run: Run) -> bool:
    """Whether the wish is the one that the run was made of; what it leaves out is not compared."""
    asked = (wish.source or run.source_slug, wish.listing_url or run.listing_url, wish.limit)
    kept = (run.source_slug, run.listing_url, run.wanted)
    ways = (wish.relax, wish.force_refresh, wish.career_profile_id or run.career_profile_id)
    if asked != kept or ways != (run.relax, run.force_refresh, run.career_profile_id):
        return False
    source = await known(work.db, run.source_slug) if wish.filters is not None else None
    if source is None or run.listing_url is None:
        return wish.filters is not None or wish.listing_url is None or not run.filters
    words = worded(source, wish.filters or {})
    return fingerprint(source.key, run.listing_url, words.accepted) == run.intent_fingerprint


async def again(work: Work, run: Run, terms: RunTerms) -> Enqueued:
    """The answer that this run was told with."""
    told = await queries.event_of(work.db, run.id, EVENTS.get(run.origin, ENQUEUED))
    meta: dict[str, Any] = told.meta if told else {}
    return Enqueued(
        run=run,
        terms=terms,
        status=REUSED if run.origin in EVENTS else ACCEPTED,
        dropped=meta.get("droppedFilters", {}),
        from_profile=bool(meta.get("resolvedFromProfile")),
        reuse=meta.get("reuseDiagnostics", {}),
        served={name: meta[name] for name in SERVED if name in meta},
    )


async def accept(work: Work, wish: RunWish, plan: Plan, person: UUID, terms: RunTerms) -> Enqueued:
    """The run, its log, and its job; or its end, because nothing need be fetched, or nothing can be."""
    served = await look(work, wish, plan, person, terms)
    run = await _put(work, wish, plan, person, served.way or FRESH, terms)
    made = Enqueued(run=run, terms=terms, dropped=plan.dropped, from_profile=plan.from_profile, reuse=served.tried)
    if served.way:
        return await _serve(work, made, person, served, plan)
    await _note_wish(work, run, made, wish)
    refused = _hopeless(wish, plan, terms)
    if refused is None:
        work.tell(RunEnqueued(run.id))
        return made
    await finish(work, run, _failed(refused))
    return replace(made, refused=refused)


async def _serve(work: Work, made: Enqueued, person: UUID, served: Served, plan: Plan) -> Enqueued:
    """A run that is COMPLETED as it begins, with the offers that were there already."""
    linked = await take(work, made.run.id, person, served, plan)
    told = {
        "inserted": linked.linked,
        "totalOffers": served.total,
        "reusedFromRunId": str(served.of_run) if served.of_run else None,
        "rematchedFromCatalog": served.way == REMATCH,
    }
    meta = told | {"resolvedFromProfile": made.from_profile, "reuseDiagnostics": served.tried}
    said = Said(event_type=EVENTS[served.way or REUSE], meta=meta | {"droppedFilters": made.dropped})
    found = len(served.offers)
    end = End(
        status=RunState.COMPLETED,
        total_found=served.total,
        scraped_count=found,
        outcome=Outcome.SUCCESS,
        source_quality="healthy",
        progress={"candidateOffers": found, "userInsertedOffers": linked.linked, "matchingState": "completed"},
        said=(said,),
    )
    await finish(work, made.run, end)
    return replace(made, status=REUSED, served=told)


async def _put(work: Work, wish: RunWish, plan: Plan, person: UUID, origin: str, terms: RunTerms) -> Run:
    """One PENDING row, known to callbacks by its id; what it retries or continues stands in the same insert."""
    run_id = new_id()
    row = {
        "id": run_id,
        "source_slug": plan.source.key,
        "user_id": person,
        "career_profile_id": plan.profile.id if plan.profile else None,
        "listing_url": plan.listing_url,
        "canonical_listing_url": canonical_url(plan.listing_url),
        "filters": plan.filters,
        "wanted": wish.limit,
        "relax": wish.relax,
        "force_refresh": wish.force_refresh,
        "intent_fingerprint": plan.fingerprint,
        "idempotency_key": wish.idempotency_key,
        "trace_id": new_id(),
        "request_id": wish.request_id,
        "origin": origin,
        "mode": wish.mode,
        "resume": wish.resume,
        "dispatch_until": work.now + terms.deadline,
        "last_signal_at": work.now,
        "created_at": work.now,
    }
    await insert_rows(work.db, Run, [row | _lineage(wish)])
    await take_run(work.db, run_id, work.org, work.now)
    return await queries.by_id(work.db, run_id)


def _lineage(wish: RunWish) -> dict[str, Any]:
    """What it has of the run before it."""
    past = wish.retry_of or wish.continues
    return {
        "continues_run_id": wish.continues.id if wish.continues else None,
        "retry_of_run_id": wish.retry_of.id if wish.retry_of else None,
        "retry_count": wish.retry_of.retry_count + 1 if wish.retry_of else 0,
        "listing_given": past.listing_given if past else wish.listing_url is not None,
    }


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


def _hopeless(wish: RunWish, plan: Plan, terms: RunTerms) -> Refusal | None:
    """What is known at once to come to nothing."""
    if not terms.has_worker:
        return NoScraper()
    told = {"filters": plan.filters, "listingUrl": plan.listing_url, "recipe": plan.source.recipe, "at": wish.resume}
    return TaskTooLarge() if len(canonical(told)) > terms.payload_bytes else None


def _failed(refused: Refusal) -> End:
    event = "worker_dispatch_failed"
    said = Said(event_type=event, severity="error", code=refused.code, message=refused.detail)
    return End(
        status=RunState.FAILED,
        error=f"[{FailureType.VALIDATION}] {refused.detail}",
        failure_type=FailureType.VALIDATION,
        failure_code=refused.code,
        outcome=Outcome.FAILED_VALIDATION,
        source_quality="failed",
        said=(said,),
    )
