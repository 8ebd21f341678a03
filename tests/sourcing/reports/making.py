"""Runs of Acme's people with offers, links and logs, as rows: reports only read them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.sourcing.sources.runs import ended_run
from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.sourcing.callbacks.models import CallbackEvent, EventState
from waypost.sourcing.notebook.models import Origin, UserJobOffer
from waypost.sourcing.offers.models import JobOffer, RunOffer
from waypost.sourcing.runs.models import ExecutionEvent, Run, RunAttempt, RunEvent

SOURCE = "pracuj-pl-it"


async def a_run(work: Work, person: UUID, *, source: str = SOURCE, ago: timedelta = timedelta(0), **said: Any) -> Run:
    """One run, COMPLETED a moment ago unless it is said otherwise."""
    run = ended_run(source, work.now - ago, person=person, **said)
    work.db.add(run)
    await work.db.flush()
    return run


async def with_offers(work: Work, run: Run, scores: Sequence[int | None], *, via: str = "detail") -> list[UUID]:
    """Offers of a run in its person's notebook: one for each score; None: not scored; below 0: with a violation."""
    offers = [_offer(run, work.now) for _ in scores]
    work.db.add_all(offers)
    await work.db.flush()
    for offer, score in zip(offers, scores, strict=True):
        work.db.add(RunOffer(id=new_id(), run_id=run.id, offer_id=offer.id, discovered_at=work.now, via=via))
        work.db.add(_link(run, offer, score, work.now))
    await work.db.flush()
    return [offer.id for offer in offers]


def _offer(run: Run, now: datetime) -> JobOffer:
    key = new_id().hex
    return JobOffer(
        id=new_id(),
        source=run.source_slug,
        offer_identity_key=f"source:{key}",
        url=f"https://it.pracuj.pl/praca/{key}",
        title="Zeppelin mechanic",
        description="Keeps it in the air.",
        content_hash=key,
        first_seen_at=now,
        last_seen_at=now,
    )


def _link(run: Run, offer: JobOffer, score: int | None, now: datetime) -> UserJobOffer:
    violations = 1 if score is not None and score < 0 else 0
    return UserJobOffer(
        id=new_id(),
        user_id=run.user_id,
        job_offer_id=offer.id,
        source_run_id=run.id,
        origin=Origin.SCRAPE,
        match_score=None if score is None else abs(score),
        violations=violations,
        linked_at=now,
        updated_at=now,
    )


async def with_logs(work: Work, run: Run) -> None:
    """A line in each of its three streams."""
    traced = {"source_run_id": run.id, "trace_id": run.trace_id}
    work.db.add_all(
        [
            RunEvent(id=new_id(), **traced, event_type="run_enqueued", request_id="req-1", created_at=work.now),
            RunEvent(
                id=new_id(),
                **traced,
                event_type="callback_failed",
                severity="error",
                phase="detail_fetch",
                request_id="req-2",
                message='=cmd|"/C calc"',
                created_at=work.now + timedelta(seconds=5),
            ),
            *(_executed(run, seq, *line, at=work.now) for seq, line in enumerate(LOG)),
            CallbackEvent(
                id=new_id(),
                source_run_id=run.id,
                event_id="event-1",
                kind="complete",
                status="FAILED",
                state=EventState.APPLIED,
                request_id="req-2",
                payload_hash="0" * 64,
                payload={"jobCount": 2},
                received_at=work.now,
                applied_at=work.now,
                created_at=work.now,
            ),
            RunAttempt(id=new_id(), source_run_id=run.id, attempt_no=2, status="FAILED"),
        ]
    )
    await work.db.flush()


LOG = (
    ("listing_fetch", "LISTING_FETCH_STARTED", "info"),
    ("listing_progress", "LISTING_HTTP_FETCH_COMPLETED", "success"),
    ("listing_progress", "LISTING_FALLBACK_TRIGGERED", "warning"),
    ("listing_progress", "LISTING_BROWSER_LAUNCH_STARTED", "info"),
    ("listing_progress", "LISTING_BROWSER_LAUNCH_COMPLETED", "success"),
    ("listing_progress", "LISTING_BROWSER_NAVIGATION_FAILED", "failed"),
)


def _executed(run: Run, seq: int, stage: str, code: str, status: str, *, at: datetime) -> ExecutionEvent:
    meta: dict[str, Any] = {"durationMs": 800} if code == "LISTING_BROWSER_LAUNCH_COMPLETED" else {}
    meta |= {"reason": "script_drawn"} if code == "LISTING_FALLBACK_TRIGGERED" else {}
    named = {"source_run_id": run.id, "trace_id": run.trace_id, "stage": stage, "code": code, "status": status}
    return ExecutionEvent(id=new_id(), **named, seq=seq, meta=meta, created_at=at + timedelta(milliseconds=seq))
