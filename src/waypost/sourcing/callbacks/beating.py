"""A heartbeat: the scraper lives, tells how far it is, and hears what it may do next (sourcing.md 1.5; ruling 34)."""

from datetime import timedelta
from typing import Any

from waypost.platform.work import Work
from waypost.sourcing.callbacks.beginning import begin
from waypost.sourcing.callbacks.callback import Callback
from waypost.sourcing.callbacks.executing import keep_lines
from waypost.sourcing.callbacks.granting import granted
from waypost.sourcing.offers.queries import fresh_keys
from waypost.sourcing.runs.leases import lost
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.progress import merge_progress
from waypost.sourcing.runs.queries import was_retried
from waypost.sourcing.runs.states import LIVE_STATES, change
from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.report import Heartbeat, HeartbeatAnswer
from waypost.sourcing.wire.task import Budget
from waypost.sourcing.wire.words import TERMINAL, Phase, RunState

SAME_WITHIN = timedelta(seconds=15)
LARGEST_META, LARGEST_RESUME = 16_000, 200_000
"""Bytes that are kept."""


async def beat(work: Work, run: Run, callback: Callback, *, lasts: timedelta, fresh_for: timedelta) -> dict[str, Any]:
    """Take one heartbeat; `run` is held. `lasts`: the lease it renews. `fresh_for`: how long a read offer is fresh."""
    body = callback.read(Heartbeat)
    await keep_lines(work, run, body.events, body.lease_token, callback.request_id)
    if run.status in TERMINAL:
        return await _after_the_end(work, run, body, fresh_for)
    queued = body.phase is Phase.QUEUED
    told, deduped = _progress(body), _is_same(run, body, work)
    held = await begin(
        work,
        run,
        lease_token=body.lease_token,
        request_id=callback.request_id,
        lasts=lasts,
        waits=queued,
        instance=body.worker_instance,
    )
    if not held:
        await granted(work, run, body.hosts, resting=True)
        return _ignored(run, overtaken=True)
    await merge_progress(work.db, run.id, told | {"updatedAt": work.now.isoformat()})
    await _checkpoint(work, run, body)
    if not deduped:
        await note(work, run, "heartbeat_received", phase=body.phase, request_id=callback.request_id, meta=told)
    budgets = await granted(work, run, body.hosts, resting=queued)
    return _heard(work, run, deduped, lasts, budgets, await _fresh(work, run, body, fresh_for)).written()


def _heard(
    work: Work, run: Run, deduped: bool, lasts: timedelta, budgets: tuple[Budget, ...], fresh: tuple[str, ...]
) -> HeartbeatAnswer:
    return HeartbeatAnswer(
        status=str(run.status),
        heartbeat_at=work.now.isoformat(),
        deduped=deduped,
        cancel_requested=run.cancel_requested_at is not None,
        lease_expires_at=(work.now + lasts).isoformat(),
        budgets=budgets,
        fresh=fresh,
    )


async def _after_the_end(work: Work, run: Run, body: Heartbeat, fresh_for: timedelta) -> dict[str, Any]:
    """Nothing of the run changes. One that only the watchdog gave up may still be brought to a better end (ruling 35):
    its scraper gets leave for that, and would otherwise wait for it until its time is over."""
    overtaken = lost(run, body.lease_token)
    waits_for = run.status == RunState.FAILED and run.closed_by_watchdog and not overtaken
    goes_on = waits_for and not await was_retried(work.db, run.id)
    budgets = await granted(work, run, body.hosts, resting=not goes_on)
    fresh = await _fresh(work, run, body, fresh_for) if goes_on else ()
    return _ignored(run, overtaken=overtaken, budgets=budgets, fresh=fresh)


async def _fresh(work: Work, run: Run, body: Heartbeat, fresh_for: timedelta) -> tuple[str, ...]:
    if not body.discovered:
        return ()
    return tuple(await fresh_keys(work.db, run.source_slug, body.discovered, work.now - fresh_for))


def _ignored(
    run: Run, *, overtaken: bool, budgets: tuple[Budget, ...] = (), fresh: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A run that was cancelled says so to whoever still works on it; one that only the watchdog gave up is not over."""
    answer = HeartbeatAnswer(
        status=str(run.status),
        ignored=True,
        lease_lost=overtaken,
        cancel_requested=run.status == RunState.CANCELLED,
        over=run.status in TERMINAL and not run.closed_by_watchdog,
        budgets=budgets,
        fresh=fresh,
    )
    return answer.written()


async def _checkpoint(work: Work, run: Run, body: Heartbeat) -> None:
    """Where another scraper would go on."""
    resume = body.resume.written() if body.resume else None
    if resume is not None and resume != run.resume and len(canonical(resume)) <= LARGEST_RESUME:
        await change(work.db, run.id, since=LIVE_STATES, resume=resume)


def _progress(body: Heartbeat) -> dict[str, Any]:
    """What is merged into the run's progress."""
    told = {
        "phase": body.phase,
        "attempt": body.attempt,
        "pagesVisited": body.pages_visited,
        "jobLinksDiscovered": body.job_links_discovered,
        "normalizedOffers": body.normalized_offers,
        "meta": body.meta if body.meta and len(canonical(body.meta)) <= LARGEST_META else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _is_same(run: Run, body: Heartbeat, work: Work) -> bool:
    """Whether the same was told a moment ago: then the time counts, and no line is written."""
    last = run.last_heartbeat_at
    if last is None or work.now - last >= SAME_WITHIN:
        return False
    return all(run.progress.get(name) == value for name, value in _progress(body).items())
