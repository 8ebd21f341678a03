"""Erasing one record of an agreed release: what it may be stopped by, what goes, what stays.

Stays: its position and hashes in the log, its row without names, a tombstone file, a tombstone leaf, a certificate.
Every step may be repeated; the record is erased for the world when the last one stands.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from waypost.archive.evidence import actions as evidence
from waypost.archive.keeping import queries
from waypost.archive.keeping.doomed import Doomed, doomed
from waypost.archive.keeping.models import (
    Certificate,
    Hold,
    ItemState,
    Participant,
    RecordErased,
    Release,
    ReleaseItem,
    ReleaseState,
    Term,
)
from waypost.archive.keeping.releasing import end_release
from waypost.archive.records import actions as records
from waypost.archive.records import queries as kept
from waypost.archive.records.exports import actions as exports
from waypost.archive.records.manifest import stamp
from waypost.archive.records.models import Record, RecordState, Verification
from waypost.archive.requests import queries as requests
from waypost.archive.requests.forgetting.actions import BLANK
from waypost.archive.requests.forgetting.queries import let_go
from waypost.archive.requests.models import ArchiveRequest
from waypost.archive.sealing.canonical import canonical, digest
from waypost.platform.audit.actions import record
from waypost.platform.errors import Unavailable
from waypost.platform.ids import new_id
from waypost.platform.rows import among
from waypost.platform.work import Work

SCHEMA = 1
UNDER_WAY = timedelta(minutes=30)
"""Whoever raises a version has put its files in place by then, or has been stopped."""


class StillBeingKept(Unavailable):
    """This case is being kept again, or put into an export, right now."""


async def begin(work: Work, item_id: UUID) -> Doomed | None:
    """What is to go; None when the matter has ended, also by something that forbids it. From here no hold is taken."""
    item = await queries.item_by_id(work.db, item_id, for_update=True)
    if item is None or item.ended_at is not None:
        return None
    release = await queries.release_by_id(work.db, item.release_id)
    if release.state != ReleaseState.AGREED:
        return None
    found = await kept.by_id(work.db, item.record_id, for_update=True)
    if item.state == ItemState.WAITING:
        if because := await _forbidden(work, found):
            await keep(work, item, because, found.retain_until if because == "retained" else None)
            return None
        item.state = ItemState.ERASING
        await work.db.flush()
    return await doomed(work.db, found.id)


async def _forbidden(work: Work, found: Record) -> str | None:
    """Why it may not go; refuses with `StillBeingKept` while a run of the case is on its way."""
    if found.state == RecordState.ERASED:
        return "gone"
    if await queries.holds_standing(work.db, found.id):
        return "held"
    if found.retain_until is not None and found.retain_until > work.now:
        return "retained"
    if await requests.live_of(work.db, found.origin_kind, found.source, found.ref):
        raise StillBeingKept
    return None


async def keep(work: Work, item: ReleaseItem, because: str, until: datetime | None) -> None:
    """Something forbids it: the item says what, and until when."""
    item.state, item.because, item.until, item.ended_at = ItemState.KEPT, because, until, work.now
    await record(work, "archive.erasure.refused", "archive_record", item.record_id, {"because": because})
    await work.db.flush()
    await end_release(work, item.release_id)


async def keep_locked(work: Work, item_id: UUID, until: datetime) -> None:
    """An object lock forbids it."""
    item = await queries.item_by_id(work.db, item_id, for_update=True)
    if item is not None and item.ended_at is None:
        await keep(work, item, "locked", until)


async def finish(work: Work, item_id: UUID, gone: Doomed, origin: Mapping[str, int]) -> None:
    """Everything is gone: the rows forget what they knew, and log and certificate say what there was.

    Refuses with `StillBeingKept` when there is more by now than was deleted: all of it is gone through once more.
    """
    item = await queries.item_by_id(work.db, item_id, for_update=True)
    if item is None or item.ended_at is not None:
        return
    release = await queries.release_by_id(work.db, item.release_id)
    case = await kept.by_id(work.db, item.record_id, for_update=True)
    found = await doomed(work.db, item.record_id)
    await _nothing_came(work, case, found, gone)
    content = certificate_content(new_id(), found, release, origin, work.now)
    await records.note_erasure(work, item.record_id)
    await _forget(work, found)
    certificate = await _certified(work, found, release, content)
    item.state, item.certificate_id, item.ended_at = ItemState.ERASED, certificate.id, work.now
    await record(work, "archive.record.erased", "archive_record", item.record_id, {"release": str(release.id)})
    await work.db.flush()
    await end_release(work, release.id)
    work.tell(RecordErased(item.record_id, release.id, certificate.id))


async def _nothing_came(work: Work, case: Record, found: Doomed, gone: Doomed) -> None:
    """No version, no wish and no export of the case since its content was looked for."""
    if await requests.live_of(work.db, case.origin_kind, case.source, case.ref):
        raise StillBeingKept
    if any(one.kept_at is None and one.reserved_at > work.now - UNDER_WAY for one in found.versions):
        raise StillBeingKept
    if {*found.paths, *found.keys} - {*gone.paths, *gone.keys} or (await exports.withdraw(work, case.id))[0]:
        raise StillBeingKept


def tombstone(found: Doomed, release: Release) -> dict[str, Any]:
    """What stands in the place of the files; equal at every repetition."""
    return {
        "tombstone": SCHEMA,
        "record_id": str(found.record.id),
        "release": str(release.id),
        "agreed_at": stamp(release.decided_at) if release.decided_at else None,
        "versions": _versions(found),
    }


def certificate_content(
    id_: UUID, found: Doomed, release: Release, origin: Mapping[str, int], now: datetime
) -> dict[str, Any]:
    """What a certificate says: ids, hashes, places in the log, times; no name and no text of the case."""
    return {
        "certificate": str(id_),
        "schema": SCHEMA,
        "record": str(found.record.id),
        "origin": {"kind": found.record.origin_kind, "source": found.record.source, "ref": found.record.ref},
        "number": found.record.number,
        "erased_at": stamp(now),
        "versions": _versions(found),
        "files": len(found.paths),
        "at_the_origin": dict(origin),
        "release": {
            "id": str(release.id),
            "kind": release.kind,
            "proposed_by": str(release.proposed_by),
            "proposed_at": stamp(release.proposed_at) if release.proposed_at else None,
            "agreed_by": str(release.decided_by),
            "agreed_at": stamp(release.decided_at) if release.decided_at else None,
            "log_position": release.log_position,
        },
    }


def _versions(found: Doomed) -> list[dict[str, Any]]:
    return [
        {
            "version": one.number,
            "sha256": one.sha256,
            "manifest_sha256": one.manifest_sha256,
            "position": one.log_position,
            "leaf": one.leaf,
        }
        for one in sorted(found.versions, key=lambda one: one.number)
    ]


async def _certified(work: Work, found: Doomed, release: Release, content: dict[str, Any]) -> Certificate:
    sha256 = digest(canonical(content))
    said = {
        "record": str(found.record.id),
        "release": str(release.id),
        "certificate_sha256": sha256,
        "positions": [one["position"] for one in content["versions"]],
        "at": content["erased_at"],
    }
    leaf = await evidence.append(work, "tombstone", said)
    made = Certificate(
        id=UUID(content["certificate"]),
        record_id=found.record.id,
        release_id=release.id,
        at=work.now,
        content=content,
        sha256=sha256,
        log_position=leaf.position,
        leaf=leaf.hash.hex(),
    )
    work.db.add(made)
    await work.db.flush()
    return made


async def _forget(work: Work, found: Doomed) -> None:
    """What other rows knew of the case: wishes for it, its tags, reasons of holds, details of checks."""
    r, case = ArchiveRequest, found.record
    of_case = (r.kind == case.origin_kind, r.source == case.source, r.ref == case.ref)
    await work.db.execute(update(r).where(*of_case).values(BLANK))
    ids = list(await work.db.scalars(select(r.id).where(*of_case)))
    await let_go(work.db, ids)
    for table in (Term, Participant):
        await work.db.execute(delete(table).where(table.record_id == case.id))
    holds = {"reason": "", "lifted_because": None}
    await work.db.execute(update(Hold).where(Hold.record_id == case.id).values(holds))
    checks = update(Verification).where(among(Verification.version_id, [one.id for one in found.versions]))
    await work.db.execute(checks.values(checks=[]))
