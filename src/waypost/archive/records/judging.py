"""Writing down what a look found: the version's and the record's state, the facts, the figures."""

from uuid import UUID

from waypost.archive.records import queries
from waypost.archive.records.checks import Verdict
from waypost.archive.records.metrics import LOOKED, VERIFICATION_FAILED
from waypost.archive.records.models import (
    Record,
    RecordState,
    RecordVersion,
    Verification,
    VerificationFailed,
    VerificationRecovered,
    VersionState,
)
from waypost.platform.observe.logs import line
from waypost.platform.work import Work

STANDS = (VersionState.KEPT, VersionState.SUPERSEDED, VersionState.DAMAGED)
_log = line("waypost.archive")


async def note_verdict(work: Work, version_id: UUID, verdict: Verdict, *, scheduled: bool = False) -> Verification:
    """Keep a verdict. A version that fails is damaged, and so is its record, until a later look finds all whole.

    Tells `VerificationFailed` when something fails that did not fail last time, `VerificationRecovered` when a damaged
    record is whole again.
    """
    version = await queries.version_by_id(work.db, version_id, for_update=True)
    record = await queries.by_id(work.db, version.record_id, for_update=True)
    found = Verification(
        version_id=version.id,
        at=work.now,
        ok=verdict.ok,
        checks=verdict.said(),
        scheduled=scheduled,
        person_id=None if scheduled else work.actor.person_id,
    )
    work.db.add(found)
    news = sorted(set(verdict.failed) - set(version.failed_checks))
    version.verified_at = version.looked_at = work.now
    version.failed_checks = list(verdict.failed)
    if version.id == record.newest_id:
        record.verified_at = work.now
    LOOKED.labels("ok" if verdict.ok else "failed").inc()
    if version.state in STANDS:
        await _judge(work, record, version, ok=verdict.ok)
    if news:
        _fail(work, record, version, verdict)
    return found


async def look_soon(work: Work, version_id: UUID) -> None:
    """Somebody was given bytes that do not fit: the next scheduled look begins with this version."""
    version = await queries.version_by_id(work.db, version_id, for_update=True)
    version.looked_at = version.reserved_at.replace(year=2000)


async def _judge(work: Work, record: Record, version: RecordVersion, *, ok: bool) -> None:
    if not ok:
        version.state, record.state = VersionState.DAMAGED, RecordState.DAMAGED
        return
    if version.state == VersionState.DAMAGED:
        newest = version.id == record.newest_id
        version.state = VersionState.KEPT if newest else VersionState.SUPERSEDED
    if record.state == RecordState.DAMAGED and not await queries.damaged_versions(work.db, record.id, but=version.id):
        record.state = RecordState.KEPT
        work.tell(VerificationRecovered(record.id, version.id, version.number))


def _fail(work: Work, record: Record, version: RecordVersion, verdict: Verdict) -> None:
    work.tell(VerificationFailed(record.id, version.id, version.number, verdict.failed))
    _log.error("archive.verification_failed", version=str(version.id), failed=list(verdict.failed))
    work.after_commit(VERIFICATION_FAILED.inc)
