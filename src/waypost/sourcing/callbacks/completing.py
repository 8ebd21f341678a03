"""The end of a run, reported: checked, registered once, and put into effect in the same transaction (1.5)."""

from dataclasses import replace
from typing import Any

from waypost.platform.work import Work
from waypost.sourcing.callbacks.callback import Callback
from waypost.sourcing.callbacks.checking import check, conclude, failure_of
from waypost.sourcing.callbacks.executing import keep_lines
from waypost.sourcing.callbacks.granting import granted
from waypost.sourcing.callbacks.ingesting import Chunk, Linking, Taken, link_offers, take_in, write_down
from waypost.sourcing.callbacks.registering import Answer, Register
from waypost.sourcing.runs.ending import End, Late, Said, accept_late, finish
from waypost.sourcing.runs.leases import lost
from waypost.sourcing.runs.log import note
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.progress import ratio
from waypost.sourcing.wire.report import Completion
from waypost.sourcing.wire.words import TERMINAL, RunState

FINAL, CONFLICT = "RUN_ALREADY_FINALIZED", "RUN_FINALIZED_WITH_CONFLICTING_STATUS"
LATE, OVERTAKEN = "LATE_CALLBACK_AFTER_STALE_RECOVERY", "LEASE_LOST"


async def complete(work: Work, run: Run, callback: Callback) -> Answer:
    """Put one end into effect; `run` is held. The documented answer, with `reasonCode` where nothing was done."""
    body = callback.read(Completion)
    check(body)
    register = Register.of(work, run, callback, body)
    known, misplaced = await register.looked_up()
    if known is not None:
        return known
    if misplaced is not None:
        return await register.write(_idle(run, misplaced), rejected=misplaced)
    await keep_lines(work, run, body.events, body.lease_token, callback.request_id)
    await granted(work, run, body.hosts or (), resting=True)
    register.deliveries.append(_delivery(register, body))
    if lost(run, body.lease_token):
        return await _overtaken(register, body)
    if run.status in TERMINAL:
        return await _after_the_end(register, body)
    return await _in_time(register, body)


async def _in_time(register: Register, body: Completion) -> Answer:
    """A live run: its offers, its end, its person's notebook."""
    work, run = register.work, register.run
    taken = await take_in(work, run, Chunk(body.jobs), at_end=True)
    status = _status(run, body)
    linking = await _link(register, taken, cancelled=status is RunState.CANCELLED)
    end = _end(register, body, taken, linking)
    await finish(work, run, end)
    return await register.write(_told(end.status, taken, linking), outcome=end.status.value)


async def _after_the_end(register: Register, body: Completion) -> Answer:
    """A run that has an end: nothing is undone, and a late success is no waste (ruling 35)."""
    work, run = register.work, register.run
    if run.status != RunState.FAILED or body.status != "COMPLETED":
        code = FINAL if run.status == body.status else CONFLICT
        return await register.write(_idle(run, code), rejected=code)
    taken = await take_in(work, run, Chunk(body.jobs), at_end=True)
    by_watchdog = run.closed_by_watchdog
    fate = await accept_late(work, run, _end(register, body, taken))
    linking = await _link(register, taken)
    await write_down(work, run, linking)
    if not by_watchdog:
        return await register.write(_idle(run, CONFLICT), rejected=CONFLICT)
    state = RunState.COMPLETED if fate is Late.REOPENED else RunState.FAILED
    told = _told(state, taken, linking) | {"reasonCode": LATE, "lateResult": fate.value}
    return await register.write(told, outcome=LATE)


async def _overtaken(register: Register, body: Completion) -> Answer:
    """An older lease finishes nothing; what it saw, it saw (ADR 0029)."""
    work, run, request_id = register.work, register.run, register.callback.request_id
    taken = await take_in(work, run, Chunk(body.jobs))
    await write_down(work, run, await link_offers(work, run, taken.ids, register.callback))
    await note(work, run, "callback_ignored", severity="warning", code=OVERTAKEN, request_id=request_id)
    return await register.write(_idle(run, OVERTAKEN) | {"leaseLost": True}, rejected=OVERTAKEN)


async def _link(register: Register, taken: Taken, *, cancelled: bool = False) -> Linking:
    """At its end a run's offers are linked once more, all of them: an earlier chunk may have been deferred."""
    work, run, request_id = register.work, register.run, register.callback.request_id
    linking = Linking("skipped") if cancelled else await link_offers(work, run, taken.held, register.callback)
    if linking.deferred:
        return linking
    kind = "user_link_completed" if linking.state == "completed" else "user_link_skipped"
    meta = {"linked": linking.linked, "offers": taken.of_run}
    return replace(linking, said=(Said(event_type=kind, request_id=request_id, meta=meta),))


def _status(run: Run, body: Completion) -> RunState:
    """Who was asked to stop and failed, stopped."""
    cancelled = run.cancel_requested_at is not None and body.status == "FAILED"
    return RunState.CANCELLED if cancelled else RunState(body.status)


def _end(register: Register, body: Completion, taken: Taken, linking: Linking | None = None) -> End:
    """The run's end as its row and its log say it, with what became of the notebook."""
    said, run = conclude(body, taken.of_run), register.run
    told = {"candidateOffers": taken.of_run, "callbackAcceptedAt": register.work.now.isoformat()}
    return End(
        status=_status(run, body),
        said=(*_lines(register, body, taken), *(linking.said if linking else ())),
        total_found=body.total_found,
        scraped_count=max(taken.of_run, body.count),
        error=body.error,
        failure_type=said.failure_type,
        failure_code=body.failure_code,
        outcome=said.outcome,
        empty_reason=said.empty_reason,
        source_quality=said.quality,
        diagnostics=body.diagnostics.kept() if body.diagnostics else {},
        progress=told | (linking.progress if linking else {}) | _came_through(run, body, taken, linking),
        replayed=register.callback.replayed,
    )


def _came_through(run: Run, body: Completion, taken: Taken, linking: Linking | None) -> dict[str, Any]:
    """How much of what was found came through, and whether it came bit by bit or all at the end."""
    so_far = run.progress | (linking.progress if linking else {})
    return {
        "totalFound": body.total_found,
        "scrapedCount": max(taken.of_run, body.count),
        "acceptanceRatio": ratio(taken.of_run, body.total_found or 0),
        "insertionRatio": ratio(so_far.get("userInsertedOffers", 0), taken.of_run),
        "deliveryPath": "incremental" if "incrementalOfferIngestedAt" in so_far else "callback",
    }


def _lines(register: Register, body: Completion, taken: Taken) -> tuple[Said, ...]:
    """What the run's log says of it."""
    request_id, number = register.callback.request_id or None, body.number
    catalogue = "catalog_upsert_completed" if taken.of_run else "catalog_candidates_empty"
    failed = body.status == "FAILED"
    counts = {"inserted": taken.inserted, "offers": taken.of_run}
    return (
        Said(event_type="callback_accepted", request_id=request_id, attempt_no=number),
        Said(event_type=catalogue, request_id=request_id, meta=counts),
        Said(
            event_type="callback_failed" if failed else "callback_completed",
            severity="error" if failed else "info",
            code=body.failure_code,
            message=body.error,
            request_id=request_id,
            attempt_no=number,
        ),
    )


def _delivery(register: Register, body: Completion) -> dict[str, Any]:
    """One row for each delivery that was registered, whatever comes of it."""
    run, now = register.run, register.work.now
    return {
        "source_run_id": run.id,
        "attempt_no": body.number,
        "queue_task_name": body.task_id,
        "queue_provider": None,
        "status": body.status,
        "started_at": run.started_at,
        "completed_at": now,
        "failure_type": failure_of(body) if body.status == "FAILED" else None,
        "failure_code": body.failure_code,
        "error": body.error,
        "payload_hash": register.callback.identity,
    }


def _told(state: RunState, taken: Taken, linking: Linking) -> Answer:
    told: Answer = {"ok": True, "status": state.value, "inserted": taken.inserted, "idempotent": False}
    if state is RunState.COMPLETED:
        told["totalOffers"] = taken.of_run
    return told | ({"warning": "USER_LINK_DEFERRED"} if linking.deferred else {})


def _idle(run: Run, code: str) -> Answer:
    """Nothing was done, and a repetition would do nothing either."""
    told = {"reasonCode": code, "warning": code}
    return {"ok": True, "status": str(run.status), "inserted": 0, "idempotent": True} | told
