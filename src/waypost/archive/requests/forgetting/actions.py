"""Verbs for a request that is no record: take it back, hold it, have what it read thrown away.

Whatever goes is said on the request's page and in the audit log; asking again reads the case anew at its origin.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, null

from waypost.archive.evidence import actions as evidence
from waypost.archive.records.manifest import stamp
from waypost.archive.requests import queries as requests
from waypost.archive.requests.actions import conclude, settle_soon, touched
from waypost.archive.requests.blobs import take_up
from waypost.archive.requests.forgetting import queries
from waypost.archive.requests.forgetting.metrics import FORGOTTEN
from waypost.archive.requests.forgetting.models import Concerned, ForgettingAsked, PutAside, RequestForgotten
from waypost.archive.requests.models import FAILURES, WITHDRAWN, ArchiveRequest, ArchiveSettled, Outcome, State
from waypost.platform.audit.actions import record
from waypost.platform.errors import Conflict, Invalid
from waypost.platform.ids import new_id
from waypost.platform.jobs.actions import lay_down
from waypost.platform.jobs.models import Status
from waypost.platform.rows import among, insert_unless_there
from waypost.platform.storage.models import Blob
from waypost.platform.work import Work

LONGEST_REASON = 1_000
ABOUT = "archive_request"
BLANK: dict[str, Any] = {
    "hints": {},
    "blobs": {},
    "rendered": [],
    "sealed": [],
    "placing": null(),
    "stored": null(),
    "snapshot_key": None,
    "reason": None,
    "error": None,
    "error_hint": None,
    "settle_error": None,
    "held_because": None,
}
"""What a request knows of its case beyond ids and hashes."""


class WhyMissing(Invalid):
    """Say why."""

    code = "reason_required"


class InTheLog(Conflict):
    """The log of evidence knows this case already: it is brought to its end, and its record's retention decides."""

    code = "in_the_log"


class EndedAlready(Conflict):
    """This request has come to its end already."""

    code = "ended"


class NotEnded(Conflict):
    """This request is still on its way: take it back first."""

    code = "still_running"


class NothingLeft(Conflict):
    """What this request had read was thrown away already."""

    code = "forgotten"


class Held(Conflict):
    """A legal hold stands on this case."""

    code = "held"


async def withdraw(work: Work, request_id: UUID, reason: str) -> ArchiveRequest:
    """Take a request back that is on its way: a run of it is overtaken, and its origin is told that it failed.

    Refuses with `EndedAlready`, with `InTheLog` from the moment the log knows it, and without a reason.
    """
    reason = _given(reason)
    request = await requests.by_id(work.db, request_id, lock=True)
    if request.ended or request.state == State.SETTLING:
        raise EndedAlready
    if request.version_id is not None:
        raise InTheLog
    await end_withdrawn(work, request)
    await record(work, "archive.request.withdrawn", ABOUT, request.id, {"reason": reason})
    return request


async def end_withdrawn(work: Work, request: ArchiveRequest) -> None:
    """Its end as a failure that says so. Whoever runs it may write nothing any more."""
    request.fence, request.again, request.next_run_at = request.fence + 1, False, None
    request.state, request.ended_at = State.FAILED_PERMANENT, work.now
    request.classification, request.error_code = "Permanent", WITHDRAWN
    request.error = request.error_hint = request.error_step = None
    request.error_action = "Ask again to have the case read anew at its origin."
    for job in await requests.jobs_of(work.db, request):
        if job.status in (Status.QUEUED, Status.DEAD) and job.payload.get("act", "run") == "run":
            await lay_down(work, job)
    await conclude(work, request.id, Outcome.FAILED)
    work.tell(ArchiveSettled(request.id, request.state.value))
    settle_soon(work, request)
    touched(work, request)


async def hold(work: Work, request_id: UUID, reason: str) -> ArchiveRequest:
    """A legal hold on what a request has read; a leaf of the log says so. A second one changes its reason."""
    reason = _given(reason)
    request = await _without_record(work, request_id)
    if request.forgotten_because is not None:
        raise NothingLeft
    await evidence.append(work, "hold", {"request": str(request.id), "at": stamp(work.now)})
    request.held_at, request.held_by, request.held_because = work.now, work.actor.person_id, reason
    await record(work, "archive.request.held", ABOUT, request.id, {})
    touched(work, request)
    return request


async def lift(work: Work, request_id: UUID, reason: str) -> ArchiveRequest:
    """Lift it; its reason goes with it, the log keeps when it stood."""
    _given(reason)
    request = await requests.by_id(work.db, request_id, lock=True)
    if request.held_at is None:
        raise EndedAlready("No hold stands on this request.")
    await evidence.append(work, "hold_lifted", {"request": str(request.id), "at": stamp(work.now)})
    request.held_at = request.held_by = request.held_because = None
    await record(work, "archive.request.hold_lifted", ABOUT, request.id, {})
    touched(work, request)
    return request


async def ask_forgetting(work: Work, request_id: UUID) -> ArchiveRequest:
    """Have what a request had read thrown away now; a job does it. Refuses what is on its way, held or gone."""
    request = await _without_record(work, request_id)
    if not request.ended:
        raise NotEnded
    if request.forgotten_at is not None:
        raise NothingLeft
    if await queries.case_is_held(work.db, request):
        raise Held
    work.tell(ForgettingAsked(request.id))
    return request


async def begin_forgetting(work: Work, request_ids: Collection[UUID], because: str) -> Sequence[ArchiveRequest]:
    """Those of the requests that may be forgotten, marked: from here no hold is taken."""
    some, held = await queries.locked(work.db, request_ids), await queries.with_held_record(work.db, request_ids)
    found = [one for one in some if _may_go(one) and one.id not in held]
    for one in found:
        one.forgotten_because = because
    await work.db.flush()
    return found


async def forget(work: Work, request_ids: Collection[UUID], keys: Collection[str]) -> int:
    """Their content is gone from the store: the rows forget it too, and say so. Gives how many; twice is none."""
    found = [one for one in await queries.locked(work.db, request_ids) if _may_go(one) and one.forgotten_because]
    await forget_blobs(work, keys)
    await queries.let_go(work.db, [one.id for one in found])
    for one in found:
        for name, value in BLANK.items():
            setattr(one, name, value)
        one.snapshot_sha256 = one.content_sha256 = one.template_version = None
        one.forgotten_at = work.now
        if one.state in FAILURES:
            await _say(work, one)
        work.after_commit(FORGOTTEN.labels(one.forgotten_because).inc)
        touched(work, one)
    await work.db.flush()
    return len(found)


async def _say(work: Work, request: ArchiveRequest) -> None:
    """On its timeline; a dead letter about it has nothing to go on with any more."""
    work.tell(RequestForgotten(request.id, request.forgotten_because or ""))
    for job in await requests.jobs_of(work.db, request):
        if job.status == Status.DEAD:
            await lay_down(work, job)


async def forget_blobs(work: Work, keys: Collection[str]) -> None:
    """Rows of the archive's content that is deleted; their hash is the end of the key, and what the index knows."""
    digests = [bytes.fromhex(key.rpartition("/")[2]) for key in keys]
    await work.db.execute(delete(Blob).where(Blob.kind == queries.OWN, among(Blob.sha256, digests)))


def still_needed(request: ArchiveRequest) -> set[str]:
    """What an ended request names and something may still be done with: of a kept case not its unsigned pages."""
    keys = set(queries.keys_of(request))
    if request.kept_at is not None:
        keys -= {one["key"] for one in request.rendered} - {one["key"] for one in request.sealed}
    return keys


async def swept(work: Work, row_ids: Collection[UUID], keys: Collection[str]) -> None:
    """What was put aside is deleted by now, or is named by something else."""
    await forget_blobs(work, keys)
    await work.db.execute(delete(PutAside).where(among(PutAside.id, list(row_ids))))


async def note_people(work: Work, request: ArchiveRequest, found: Collection[str]) -> None:
    """Who has a part in a case that was read; known until it is a record, which knows them itself."""
    request.people_read_at = work.now
    await _note(work, request.id, found)


async def note_heard(work: Work, request_id: UUID, found: Collection[str]) -> None:
    """The same while the case is still being read: its files may be kept before its snapshot is."""
    for one in await queries.locked(work.db, [request_id]):
        if not one.ended:
            await _note(work, one.id, found)


async def _note(work: Work, request_id: UUID, found: Collection[str]) -> None:
    rows = [{"id": new_id(), "request_id": request_id, "address": one} for one in sorted(found)]
    await insert_unless_there(work.db, Concerned, rows)


async def known_as_record(work: Work, request: ArchiveRequest) -> None:
    """Its record knows by now who has a part in the case, and names its content; pages before their signature, which
    nobody needs any more, stay noted as put aside and go with the next sweep."""
    signed, ids = [one["key"] for one in request.sealed], [request.id, request.mark_id or request.id]
    await take_up(work, ids, [*request.blobs.values(), *signed, request.snapshot_key or ""])
    await work.db.execute(delete(Concerned).where(Concerned.request_id == request.id))


async def _without_record(work: Work, request_id: UUID) -> ArchiveRequest:
    request = await requests.by_id(work.db, request_id, lock=True)
    if request.version_id is not None:
        raise InTheLog
    return request


def _may_go(request: ArchiveRequest) -> bool:
    return request.ended and request.version_id is None and request.forgotten_at is None and request.held_at is None


def _given(reason: str) -> str:
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise WhyMissing(errors=[{"field": "reason", "msg": "say why"}])
    return reason
