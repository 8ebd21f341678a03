"""The watchdog: runs that fell silent are handed out anew, then given up; one implementation for all (sourcing.md 2.8).

Silence counts only while somebody was there to hear it, and not in the first heartbeats after that began (ruling 35).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waypost.platform.work import Work
from waypost.sourcing.notebook import queries as notebook
from waypost.sourcing.notebook.actions import link
from waypost.sourcing.notebook.models import Origin
from waypost.sourcing.runs import queries
from waypost.sourcing.runs.ending import End, Said, finish_if_silent
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run, RunLost
from waypost.sourcing.runs.presence import heard_since
from waypost.sourcing.runs.states import LIVE_STATES, change
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.wire.words import TERMINAL, FailureType, Outcome, RunState

MOST = 200
"""Runs of one organisation that one look takes on."""
PREFIX = "[timeout] run stale watchdog"
UNSTARTED, STOPPED = "worker-not-started", "heartbeat-stopped-or-callback-missing"
RECOVERED, LOST = "stale_run_recovered", "worker_lease_lost"
CODE = "STALE_HEARTBEAT_OR_CALLBACK"
FINALIZED, NOT_STALE = "already-finalized", "not-stale"


@dataclass(frozen=True, slots=True)
class Swept:
    """What one look found: runs looked at, given up, and lost to somebody who was quicker."""

    scanned: int = 0
    reconciled: int = 0
    failed: int = 0
    handed_out: int = 0


async def sweep(work: Work, terms: RunTerms) -> Swept:
    """Look after all live runs of the organisation."""
    heard = await heard_since(work.db, work.now)
    if heard is None:
        return Swept()
    counted_from = heard + terms.grace
    shortest = min(terms.patience, terms.pending_silence)
    silent = await queries.silent_since(work.db, work.now - shortest, MOST)
    stale = [run for run in silent if is_stale(run, counted_from, work.now, terms)]
    closed = [await give_up(work, run) for run in stale]
    handed_out = await _hand_out(work, terms) if work.now >= counted_from else 0
    return Swept(len(silent), sum(closed), len(closed) - sum(closed), handed_out)


async def reconcile(work: Work, run_id: UUID, terms: RunTerms) -> dict[str, Any]:
    """An operator's look at one run; the documented answer."""
    run = await queries.by_id(work.db, run_id)
    if run.status in TERMINAL:
        return _told(run, FINALIZED)
    heard = await heard_since(work.db, work.now)
    if heard is None or not is_stale(run, heard + terms.grace, work.now, terms):
        return _told(run, NOT_STALE)
    given_up = await give_up(work, run)
    return _told(run, None if given_up else FINALIZED)


def is_stale(run: Run, counted_from: datetime, now: datetime, terms: RunTerms) -> bool:
    """Whether nothing was heard of a run for longer than its state allows, by the time that somebody listened."""
    return now - max(run.last_signal_at, counted_from) >= silence_of(run, terms)


def silence_of(run: Run, terms: RunTerms) -> timedelta:
    """How long a run of this state may be silent."""
    return terms.pending_silence if run.status == RunState.PENDING else terms.patience


async def give_up(work: Work, run: Run) -> bool:
    """Close a silent run unless it spoke meanwhile; what it had found already is its person's."""
    reason = UNSTARTED if run.status == RunState.PENDING else STOPPED
    since = run.last_signal_at
    error = f"{PREFIX}: {reason}"
    said = Said(event_type=RECOVERED, severity="warning", code=CODE, message=error)
    end = End(
        status=RunState.FAILED,
        error=error,
        failure_type=FailureType.TIMEOUT,
        failure_code=CODE,
        outcome=Outcome.WORKER_TIMEOUT,
        source_quality="failed",
        progress={"recoveredFromStaleAt": work.now.isoformat()},
        by_watchdog=True,
        said=(said,),
    )
    if not await finish_if_silent(work, run, end, since=since):
        return False
    await _link_found(work, run)
    return True


async def _link_found(work: Work, run: Run) -> None:
    found = await queries.offer_ids(work.db, run.id)
    if run.user_id is None or not found:
        return
    profile = await notebook.profile_ready(work.db, run.user_id, run.career_profile_id)
    linked = await link(work, run.user_id, found, run_id=run.id, origin=Origin.SCRAPE, profile=profile)
    meta = {"candidateOffers": len(found), "linked": linked.linked}
    await note(work, run, "user_link_completed", code=CODE, meta=meta)


async def _hand_out(work: Work, terms: RunTerms) -> int:
    """Runs whose lease ended in silence get another scraper, a bounded number of times."""
    given = 0
    for run_id in await queries.unleased(work.db, work.now, MOST):
        run = await queries.by_id(work.db, run_id, for_update=True)
        if run.cancel_requested_at or run.lease_expires_at is None or run.lease_expires_at >= work.now:
            continue
        again = await queries.times_of(work.db, run.id, LOST) < terms.deliveries
        until = {"dispatch_until": work.now + terms.deadline, "dispatched_at": None}
        if (
            await change(work.db, run.id, since=LIVE_STATES, lease_expires_at=None, **(until if again else {}))
            and again
        ):
            meta = {"leaseToken": run.lease_token, "resumes": bool(run.resume)}
            await note(work, run, LOST, severity="warning", code="LEASE_EXPIRED", meta=meta)
            work.tell(RunLost(run.id))
            given += 1
    return given


def _told(run: Run, reason: str | None) -> dict[str, Any]:
    told = {"ok": True, "status": str(run.status), "reconciled": reason is None}
    return told | ({"reason": reason} if reason else {})
