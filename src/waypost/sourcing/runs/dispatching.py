"""A run is handed to a scraper: once, or again and again until its time is over (sourcing.md 1.2, 2.6, 2.11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from waypost.platform.jobs.run import Later
from waypost.platform.jobs.run import Run as JobRun
from waypost.platform.observe.logs import line
from waypost.platform.work import Work
from waypost.sourcing.runs import leases, queries
from waypost.sourcing.runs.ending import End, Said, finish
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.providers import Answer, Kind, Provider
from waypost.sourcing.runs.states import LIVE_STATES, change
from waypost.sourcing.runs.tasking import closed_until, enveloped, task_of
from waypost.sourcing.runs.terms import PATIENT, Handover, RunTerms
from waypost.sourcing.sources import queries as sources
from waypost.sourcing.sources.models import Source
from waypost.sourcing.wire.words import TERMINAL, FailureType, Outcome, RunState

SHORTEST, LONGEST, DOUBLINGS = timedelta(seconds=5), timedelta(seconds=300), 6
DEFERRED, FAILED, TIMED_OUT = "worker_dispatch_deferred", "worker_dispatch_failed", "worker_dispatch_timed_out"


log = line("waypost.sourcing.runs")


@dataclass(frozen=True, slots=True)
class Desk:
    """What hands tasks over. A part."""

    terms: RunTerms
    to: Handover
    provider: Provider


@dataclass(frozen=True, slots=True)
class Ready:
    """A delivery that is about to be tried."""

    token: int
    body: bytes
    headers: Mapping[str, str]
    name: str


async def deliver(job: JobRun, run_id: UUID) -> None:
    """Try once; raises `Later` while there is a point in trying again."""
    desk = job.of(Desk)
    async with job.work() as work:
        ready = await _prepared(work, run_id, desk)
    if ready is None:
        return
    if isinstance(ready, timedelta):
        raise Later(ready)
    answer = await desk.provider.hand(ready.body, dict(ready.headers), ready.name)
    async with job.work() as work:
        pause = await _settled(work, run_id, ready.token, answer, desk)
    if pause is not None:
        raise Later(pause)


def pause_after(tries: int, wish: timedelta | None) -> timedelta:
    """5, 10, 20 … 300 s, or what the far side asked for, within the same bounds."""
    own: timedelta = SHORTEST * 2 ** min(max(tries, 1) - 1, DOUBLINGS)
    return min(max(wish or own, SHORTEST), LONGEST)


async def _prepared(work: Work, run_id: UUID, desk: Desk) -> Ready | timedelta | None:
    """A lease and a task, a pause, or nothing where nothing is left to do."""
    run = await queries.by_id(work.db, run_id, for_update=True)
    if run.status in TERMINAL or run.cancel_requested_at or _is_held(run, work.now):
        return None
    source = await sources.known(work.db, run.source_slug)
    if source is None or source.killed_at is not None or not source.enabled:
        await _fail(work, run, "SOURCE_DISABLED", "The source was stopped.", FailureType.VALIDATION)
        return None
    return await _leased(work, run, source, desk)


async def _leased(work: Work, run: Run, source: Source, desk: Desk) -> Ready | timedelta | None:
    """A lease lasts as long as a scraper may wait before it begins; its heartbeats shorten the steps."""
    until = work.now + max(desk.terms.lease, desk.terms.deadline)
    task = await task_of(work, run, source, desk.terms, desk.to, token=run.lease_token + 1, until=until)
    shut = closed_until(task.budgets, work.now)
    if shut is not None:
        return await _defer(work, run, desk, shut - work.now, code="HOST_CLOSED", until=shut)
    body = enveloped(task)
    if len(body) > desk.terms.payload_bytes:
        await _fail(work, run, "PAYLOAD_TOO_LARGE", "The task is too large.", FailureType.VALIDATION)
        return None
    token = await leases.grant(work, run, lasts=until - work.now)
    headers = {"content-type": "application/json", "x-request-id": task.request_id or str(run.trace_id)}
    return Ready(token, body, headers, f"{run.id}-{token}")


async def _settled(work: Work, run_id: UUID, token: int, answer: Answer, desk: Desk) -> timedelta | None:
    """Write down what came of it; gives the pause before the next try."""
    run = await queries.by_id(work.db, run_id, for_update=True)
    if run.status in TERMINAL or run.lease_token != token:
        return None
    meta = {"httpStatus": answer.status, "leaseToken": token, "taskName": answer.task_name}
    ids = {"source_run_id": str(run.id), "trace_id": str(run.trace_id), "request_id": run.request_id}
    log.info("run.dispatched", outcome=str(answer.kind), **ids, **_said(meta))
    if answer.kind is Kind.TAKEN:
        await change(work.db, run.id, since=LIVE_STATES, dispatched_at=work.now, last_signal_at=work.now)
        await note(work, run, "worker_task_dispatched", code=answer.code, attempt_no=token, meta=_said(meta))
        return None
    if answer.kind is Kind.REFUSED:
        sentence = f"The scraper refused the task ({answer.status or 'its address is not allowed'})."
        await _fail(work, run, "WORKER_HTTP_REJECTED", sentence, FailureType.NETWORK, meta=_said(meta))
        return None
    await leases.lose(work.db, run.id, token)
    return await _again(work, run, answer, desk, _said(meta))


async def _again(work: Work, run: Run, answer: Answer, desk: Desk, meta: dict[str, Any]) -> timedelta | None:
    """One that is merely full is asked as long as we are patient, a silent one until the deadline."""
    if answer.kind is Kind.FULL:
        return await _defer(work, run, desk, answer.wait, code="QUEUE_FULL", meta=meta)
    silent = answer.kind is Kind.SILENT
    event, code = (TIMED_OUT, "NO_ANSWER") if silent else (DEFERRED, "WORKER_DISPATCH_ERROR")
    await note(work, run, event, severity="warning", code=code, attempt_no=run.lease_token, meta=meta)
    if run.status == RunState.PENDING and run.dispatch_until and work.now > run.dispatch_until:
        await _exhausted(work, run)
        return None
    if run.status == RunState.PENDING:
        await change(work.db, run.id, since={RunState.PENDING}, last_signal_at=work.now)
    return pause_after(run.lease_token, answer.wait)


async def _defer(
    work: Work,
    run: Run,
    desk: Desk,
    wish: timedelta | None,
    *,
    code: str,
    until: datetime | None = None,
    meta: dict[str, Any] | None = None,
) -> timedelta | None:
    """Not now, through nobody's fault: the run waits, and its deadline moves on while our patience lasts."""
    if work.now > run.created_at + PATIENT:
        await _exhausted(work, run)
        return None
    pause = pause_after(run.lease_token, wish)
    told = {**(meta or {}), "retryInSec": int(pause.total_seconds())}
    further = max(work.now + pause, until or work.now) + desk.terms.deadline
    await change(work.db, run.id, since=LIVE_STATES, last_signal_at=work.now, dispatch_until=further)
    await note(work, run, DEFERRED, severity="warning", code=code, attempt_no=run.lease_token, meta=told)
    return pause


async def _exhausted(work: Work, run: Run) -> None:
    """Judged after a try, never before one: whoever was away himself has no right to give up."""
    sentence = "No scraper took the task before its deadline."
    await _fail(work, run, "DISPATCH_EXHAUSTED", sentence, FailureType.NETWORK)


async def _fail(
    work: Work, run: Run, code: str, sentence: str, kind: FailureType, meta: dict[str, Any] | None = None
) -> None:
    said = Said(event_type=FAILED, severity="error", code=code, message=sentence, meta=meta or {})
    outcome = Outcome.FAILED_NETWORK if kind is FailureType.NETWORK else Outcome.FAILED_VALIDATION
    ended = End(
        status=RunState.FAILED,
        error=f"[{kind}] {sentence}",
        failure_type=kind,
        failure_code=code,
        outcome=outcome,
        source_quality="failed",
        said=(said,),
    )
    await finish(work, run, ended)


def _is_held(run: Run, now: datetime) -> bool:
    """Whether a scraper has it, as far as we know."""
    return run.dispatched_at is not None and run.lease_expires_at is not None and run.lease_expires_at > now


def _said(meta: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in meta.items() if value is not None}
