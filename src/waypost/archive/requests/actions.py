"""Verbs of the wish: ask once, coalesce, force, note a closing. What follows, follows in jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert

from waypost.archive.requests import queries
from waypost.archive.requests.metrics import ENQUEUED
from waypost.archive.requests.models import (
    ENDS,
    PROGRESSED,
    ArchiveDue,
    ArchiveRequest,
    ArchiveRequested,
    Closing,
    Delivery,
    Outcome,
    State,
)
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.jobs.actions import lay_down, revive
from waypost.platform.jobs.models import Status, StoredJob
from waypost.platform.jobs.pokes import poke_live
from waypost.platform.work import Work

LONGEST_REASON = 500


class ReasonNeeded(Invalid):
    """Say why it is to be kept in spite of the gate."""

    code = "reason_required"


class StillGoing(Conflict):
    """This request has not come to its end: it goes on by itself."""

    code = "still_running"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants kept; `hints` are the few members of a webhook that matter later."""

    kind: str
    source: str
    ref: str
    delivery_id: str | None = None
    forced: bool = False
    reason: str | None = None
    hints: Mapping[str, Any] = field(default_factory=dict)
    dry: bool = False
    """Only look whether it could be asked for."""
    wire_request_id: str | None = None


async def ask(work: Work, wish: Wish) -> ArchiveRequest:
    """Have a case kept: a new request, or the one that is under way.

    Two wishes for a case become one. A wish that comes when the case is already being read makes the run repeat
    itself afterwards. A forced wish needs a reason and is audited. A dry one writes nothing and gives an unsaved row.
    Refuses with `ReasonNeeded`.
    """
    reason = (wish.reason or "").strip()[:LONGEST_REASON] or None
    if wish.forced and reason is None:
        raise ReasonNeeded
    made = _new(work, wish, reason)
    if wish.dry:
        return made
    request = await _put(work, made)
    if request is None:
        request = await _join(work, wish, reason)
    if wish.forced:
        await _audit_force(work, request, reason)
    return request


async def ask_again(work: Work, request_id: UUID, *, reason: str | None = None, forced: bool = False) -> ArchiveRequest:
    """Have the case of a request kept once more, on a person's word. Refuses while it has not come to its end."""
    past = await queries.by_id(work.db, request_id)
    if past.state not in ENDS:
        raise StillGoing
    return await ask(work, Wish(past.kind, past.source, past.ref, forced=forced, reason=reason, hints=past.hints))


async def note_closing(
    work: Work,
    kind: str,
    source: str,
    ref: str,
    number: str,
    closed_at: datetime,
    *,
    exempt_because: str | None = None,
) -> None:
    """Remember that a case was closed; the same closing twice is one. Completeness asks for it later."""
    values = {
        "id": new_id(),
        "kind": kind,
        "source": source,
        "ref": ref,
        "number": number,
        "closed_at": closed_at,
        "exempt_because": exempt_because,
        "noted_at": work.now,
    }
    await work.db.execute(upsert(Closing).on_conflict_do_nothing(), [values])


async def repeat(work: Work, past: ArchiveRequest) -> ArchiveRequest:
    """The request that reads a case once more because somebody asked while it was being kept.

    `past` must have come to its end, and its origin has not been told: the repetition does that for both.
    """
    case = Wish(past.kind, past.source, past.ref, hints=past.hints, wire_request_id=past.wire_request_id)
    made = _new(work, case, None)
    made.follows, made.mark_id = past.id, past.mark_id or past.id
    request = await _put(work, made)
    return request or await _join(work, case, None)


def settle_soon(work: Work, request: ArchiveRequest) -> None:
    """The origin is to be told how it ended."""
    request.settle_due, request.settle_error, request.settle_tries = True, None, 0
    work.tell(ArchiveDue(request.id, request.case, "settle"))


def touched(work: Work, request: ArchiveRequest) -> None:
    """Pages that show it look again once this stands."""
    request.updated_at = work.now
    work.after_commit(partial(poke_live, work.org, PROGRESSED, request.id))


async def requeue(work: Work, job: StoredJob) -> None:
    """Give a dead run another life, the documented drain of dead letters: nothing is destroyed."""
    await revive(work, job)


async def purge(work: Work, job: StoredJob) -> None:
    """Lay a dead run down for good; audited, and its request stays to be read."""
    await lay_down(work, job)
    await record(work, "archive.dead_letter.purged", "archive_request", job.thing_id, {"job_id": str(job.id)})


async def _put(work: Work, made: ArchiveRequest) -> ArchiveRequest | None:
    """The new request with its job, or None when the case has a live one. Dead letters of the case are done with."""
    values = {column.key: getattr(made, column.key) for column in ArchiveRequest.__mapper__.column_attrs}
    values = {name: value for name, value in values.items() if value is not None and name != "org_id"}
    written = upsert(ArchiveRequest).on_conflict_do_nothing().returning(ArchiveRequest.id)
    if await work.db.scalar(written, [values]) is None:
        return None
    request = await queries.by_id(work.db, made.id)
    await _supersede(work, request)
    work.tell(ArchiveRequested(request.id, request.case))
    work.tell(ArchiveDue(request.id, request.case))
    work.after_commit(ENQUEUED.inc)
    touched(work, request)
    return request


async def _join(work: Work, wish: Wish, reason: str | None) -> ArchiveRequest:
    """Become part of the live request; when it came to its end in this very moment, make a new one after all."""
    live = await queries.live_of(work.db, wish.kind, wish.source, wish.ref, lock=True)
    if live is None:
        request = await _put(work, _new(work, wish, reason))
        return request or await _join(work, wish, reason)
    if live.reading_at is not None:
        live.again = True
    if wish.forced:
        live.forced, live.reason, live.asked_by = True, reason, work.actor.person_id
    live.hints = {**live.hints, **wish.hints}
    await _wake(work, live)
    touched(work, live)
    return live


async def _wake(work: Work, live: ArchiveRequest) -> None:
    """A live request always has a job; one whose workers were killed too often gets another life."""
    jobs = await queries.jobs_of(work.db, live)
    if any(job.status != Status.DEAD for job in jobs):
        return
    if jobs:
        await revive(work, jobs[0])
    else:
        work.tell(ArchiveDue(live.id, live.case, "settle" if live.state == State.SETTLING else "run"))


async def _supersede(work: Work, request: ArchiveRequest) -> None:
    """A dead letter about an earlier request of the case asks nobody for anything any more."""
    past = await queries.newest_of(work.db, request.kind, request.source, request.ref, but=request.id)
    if past is None or not past.ended:
        return
    for job in await queries.jobs_of(work.db, past):
        if job.status == Status.DEAD:
            await lay_down(work, job)


async def _audit_force(work: Work, request: ArchiveRequest, reason: str | None) -> None:
    detail = {"kind": request.kind, "source": request.source, "ref": request.ref, "reason": reason}
    await record(work, "archive.request.forced", "archive_request", request.id, detail)


def _new(work: Work, wish: Wish, reason: str | None) -> ArchiveRequest:
    request = ArchiveRequest(
        id=new_id(),
        kind=wish.kind,
        source=wish.source,
        ref=wish.ref,
        forced=wish.forced,
        reason=reason,
        asked_by=work.actor.person_id,
        wire_request_id=wish.wire_request_id,
        delivery_id=wish.delivery_id,
        hints=dict(wish.hints),
        created_at=work.now,
        updated_at=work.now,
    )
    return request


async def conclude(work: Work, request_id: UUID, outcome: Outcome) -> None:
    """What became of the deliveries that brought a request."""
    await work.db.execute(update(Delivery).where(Delivery.request_id == request_id).values(outcome=outcome))


async def hand_over(work: Work, past: ArchiveRequest, following: ArchiveRequest) -> None:
    """Deliveries that came while a case was already being read belong to its repetition."""
    late = (Delivery.request_id == past.id) & (Delivery.created_at > past.reading_at)
    await work.db.execute(update(Delivery).where(late).values(request_id=following.id))
