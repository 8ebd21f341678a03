"""Verbs of legal holds: placed with a reason, lifted with one; each writes a leaf of its own into the log."""

from uuid import UUID

from waypost.archive.evidence import actions as evidence
from waypost.archive.keeping import queries
from waypost.archive.keeping.models import Hold, HoldLifted, HoldPlaced
from waypost.archive.keeping.refusals import HoldLiftedAlready, ReasonMissing, RecordGone
from waypost.archive.records import actions as records
from waypost.archive.records import queries as kept
from waypost.archive.records.manifest import stamp
from waypost.archive.records.models import RecordState
from waypost.platform.audit.actions import record
from waypost.platform.ids import new_id
from waypost.platform.work import Work

LONGEST_REASON = 1_000


async def place_hold(work: Work, record_id: UUID, reason: str) -> Hold:
    """One more hold on a record: while any stands, nothing deletes it. Refuses what is erased already."""
    reason = given(reason)
    found = await kept.by_id(work.db, record_id, for_update=True)
    if found.state == RecordState.ERASED or await queries.is_being_erased(work.db, record_id):
        raise RecordGone
    hold_id = new_id()
    leaf = await evidence.append(work, "hold", _content(record_id, hold_id, work))
    hold = Hold(
        id=hold_id,
        record_id=record_id,
        reason=reason,
        placed_by=work.actor.person_id,
        placed_at=work.now,
        log_position=leaf.position,
    )
    work.db.add(hold)
    await _settled(work, "placed", hold)
    work.tell(HoldPlaced(record_id, hold_id))
    return hold


async def lift_hold(work: Work, record_id: UUID, hold_id: UUID, reason: str) -> None:
    """Lift it, once; the others of the record go on standing."""
    reason = given(reason)
    hold = await queries.hold_by_id(work.db, record_id, hold_id, for_update=True)
    if hold.lifted_at is not None:
        raise HoldLiftedAlready
    leaf = await evidence.append(work, "hold_lifted", _content(record_id, hold_id, work))
    hold.lifted_by, hold.lifted_at, hold.lifted_because = work.actor.person_id, work.now, reason
    hold.lifted_log_position = leaf.position
    await _settled(work, "lifted", hold)
    work.tell(HoldLifted(record_id, hold_id))


def given(reason: str) -> str:
    """A reason that is one; refuses an empty one."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise ReasonMissing(errors=[{"field": "reason", "msg": "say why"}])
    return reason


def _content(record_id: UUID, hold_id: UUID, work: Work) -> dict[str, object]:
    return {"record": str(record_id), "hold": str(hold_id), "at": stamp(work.now)}


async def _settled(work: Work, verb: str, hold: Hold) -> None:
    """The count on the record, and the audit log; reasons stay in the hold, for they may name people."""
    await work.db.flush()
    await records.note_holds(work, hold.record_id, await queries.holds_standing(work.db, hold.record_id))
    await record(work, f"archive.hold.{verb}", "archive_record", hold.record_id, {"hold": str(hold.id)})
