"""Verbs of keeping: a version gets its place in the log, then its files stand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from waypost.archive.evidence import actions as evidence
from waypost.archive.places.placement import Stored
from waypost.archive.records import queries
from waypost.archive.records.draft import Described, Draft, Slot, Version, weakest
from waypost.archive.records.ladder import next_try
from waypost.archive.records.manifest import leaf_content, manifest_bytes, manifest_sha256, parsed
from waypost.archive.records.models import (
    CaseArchived,
    KeptFile,
    Record,
    RecordState,
    RecordUpgraded,
    RecordVersion,
    VersionKind,
    VersionState,
)
from waypost.archive.records.search import needle
from waypost.archive.signing.levels import Level, Sealed
from waypost.platform.ids import new_id
from waypost.platform.rows import insert_unless_there
from waypost.platform.work import Work

UNSEALED = Sealed(b"", Level.NONE, None)


class FilesDiffer(ValueError):
    """What was put in place is not what the log says: a fault of ours."""


async def reserve(work: Work, draft: Draft) -> Version:
    """Give a sealed case its record, its version number and its leaf; once for each request.

    A second call with the same `request_id` gives the same version, with the manifest as it was described first.
    """
    known = await queries.version_of_request(work.db, draft.request_id)
    if known is None:
        record = await _record_of(work, draft)
        known = await queries.version_of_request(work.db, draft.request_id) or await _reserved(work, record, draft)
    return version_of(known)


async def confirm(work: Work, version_id: UUID, stored: Stored) -> None:
    """The files of a version stand where `stored` says; tells `CaseArchived` (or `RecordUpgraded`) once.

    Repeating it changes nothing. Raises `FilesDiffer` when a place holds other bytes than the log says.
    """
    version = await queries.version_by_id(work.db, version_id, for_update=True)
    if version.kept_at is not None:
        return
    record = await queries.by_id(work.db, version.record_id, for_update=True)
    files = await queries.files(work.db, version.id)
    _place(work, version, files, stored)
    await _take_over(work, record, version, [stored.paths[one.name] for one in files])
    work.tell(await _told(work, record, version))


async def note_holds(work: Work, record_id: UUID, holds: int) -> None:
    """How many legal holds guard a record now: what the list shows and filters by."""
    record = await queries.by_id(work.db, record_id, for_update=True)
    record.holds = holds


async def note_retention(work: Work, record_id: UUID, until: datetime | None) -> None:
    """Until when a record is kept at least; None for ever."""
    record = await queries.by_id(work.db, record_id, for_update=True)
    record.retain_until = until


async def note_erasure(work: Work, record_id: UUID) -> None:
    """Its content is gone on purpose: names, title and paths too; hashes, positions and times stay."""
    record = await queries.by_id(work.db, record_id, for_update=True)
    record.state, record.erased_at = RecordState.ERASED, work.now
    record.title = record.customer = record.customer_email = record.folder = ""
    record.needle = needle(record.number, record.ref)
    for version in await queries.versions(work.db, record_id):
        version.state, version.erased_at, version.raise_at = VersionState.ERASED, work.now, None
        version.manifest, version.snapshot_key, version.blob_keys, version.folder = None, None, [], ""
        for file in await queries.files(work.db, version.id):
            file.path, file.label, file.name = None, "", file.role


def version_of(row: RecordVersion) -> Version:
    """The row as the pipeline holds it."""
    return Version(
        id=row.id,
        record_id=row.record_id,
        number=row.number,
        moment=row.reserved_at,
        position=row.log_position,
        leaf=row.leaf,
        manifest=parsed(row.manifest),
        manifest_sha256=row.manifest_sha256,
        kept=row.kept_at is not None,
    )


async def _told(work: Work, record: Record, version: RecordVersion) -> CaseArchived | RecordUpgraded:
    """A raised level is no new archiving: whoever counts closings is not told again."""
    if version.kind == VersionKind.UPGRADE and version.predecessor_id:
        before = await queries.version_by_id(work.db, version.predecessor_id)
        return RecordUpgraded(record.id, version.id, version.number, version.level, before.level)
    return CaseArchived(
        record_id=record.id,
        version_id=version.id,
        version=version.number,
        origin_kind=record.origin_kind,
        source=record.source,
        ref=record.ref,
        request_id=version.request_id,
        level=version.level,
    )


async def _record_of(work: Work, draft: Draft) -> Record:
    """Found or made, and locked: one version of a case is numbered at a time."""
    case = {"origin_kind": draft.kind, "source": draft.source, "ref": draft.ref}
    made = {"number": draft.number, "title": draft.title, "closed_at": draft.closed_at, "made_at": work.now}
    await insert_unless_there(work.db, Record, [case | made])
    record = await queries.by_case(work.db, draft.kind, draft.source, draft.ref, for_update=True)
    assert record is not None
    record.number, record.title, record.closed_at = draft.number, draft.title, draft.closed_at
    record.customer, record.customer_email = draft.customer or draft.customer_email, draft.customer_email.lower()
    return record


async def _reserved(work: Work, record: Record, draft: Draft) -> RecordVersion:
    before = await queries.version_by_id(work.db, record.newest_id) if record.newest_id else None
    slot = Slot(record.id, new_id(), record.numbered + 1, before.number if before else None, work.now)
    described = draft.describe(slot)
    content = leaf_content(
        slot, described, before=before.log_position if before else None, snapshot=draft.snapshot_sha256
    )
    leaf = await evidence.append(work, draft.as_.value, content)
    version = _row(slot, draft, described, before)
    version.log_position, version.leaf = leaf.position, leaf.hash.hex()
    record.numbered = slot.number
    work.db.add(version)
    await work.db.flush()
    work.db.add_all(_files(version.id, described))
    await work.db.flush()
    return version


def _row(slot: Slot, draft: Draft, described: Described, before: RecordVersion | None) -> RecordVersion:
    seal = weakest(draft.sealed) or UNSEALED
    pdfs = [one for one in described.files if one.role == "pdf"]
    return RecordVersion(
        id=slot.version_id,
        record_id=slot.record_id,
        request_id=draft.request_id,
        kind=draft.as_,
        number=slot.number,
        predecessor_id=before.id if before else None,
        level=seal.level,
        wanted=draft.wanted,
        level_reason=seal.reason,
        level_detail=seal.detail,
        signed_at=seal.signed_at,
        signer_fingerprint=seal.signer_fingerprint,
        signer_subject=seal.signer_subject,
        tsa=seal.tsa,
        timestamp_at=seal.timestamp_at,
        articles=draft.articles,
        size_bytes=sum(one.size for one in described.files),
        sha256=pdfs[0].sha256 if pdfs else "",
        snapshot_sha256=draft.snapshot_sha256,
        snapshot_key=draft.snapshot_key,
        blob_keys=list(draft.blob_keys),
        template_version=draft.template_version,
        manifest=manifest_bytes(described.manifest).decode(),
        manifest_sha256=manifest_sha256(described.manifest),
        reserved_at=slot.moment,
    )


def _files(version_id: UUID, described: Described) -> list[KeptFile]:
    return [
        KeptFile(
            version_id=version_id,
            ordinal=ordinal,
            role=one.role,
            name=one.name,
            label=one.label,
            sha256=one.sha256,
            size=one.size,
        )
        for ordinal, one in enumerate(described.files)
    ]


def _place(work: Work, version: RecordVersion, files: Sequence[KeptFile], stored: Stored) -> None:
    """Write down where everything stands; what was not described is the sidecar."""
    for file in files:
        if stored.sha256.get(file.name) != file.sha256:
            raise FilesDiffer(f"{file.name}: its place holds other bytes than the log")
        file.path = stored.paths[file.name]
    described = {file.name for file in files}
    for ordinal, name in enumerate(sorted(stored.paths.keys() - described), len(files)):
        work.db.add(
            KeptFile(
                version_id=version.id,
                ordinal=ordinal,
                role="sidecar",
                name=name,
                path=stored.paths[name],
                sha256=stored.sha256[name],
            )
        )
    version.state, version.kept_at, version.manifest = VersionState.KEPT, work.now, None
    version.looked_at = work.now
    version.folder = stored.folder
    version.locked_until = datetime.fromisoformat(stored.locked_until) if stored.locked_until else None
    version.raise_at = next_try(version.level, version.wanted, version.raise_tries, work.now)


async def _take_over(work: Work, record: Record, version: RecordVersion, paths: Sequence[str]) -> None:
    """The record shows its newest version; one that comes late, after a newer one, is superseded at once."""
    if version.number < record.newest:
        version.state, version.raise_at = VersionState.SUPERSEDED, None
        return
    if record.newest_id is not None:
        before = await queries.version_by_id(work.db, record.newest_id, for_update=True)
        before.raise_at = None
        if before.state == VersionState.KEPT:
            before.state = VersionState.SUPERSEDED
    record.newest, record.newest_id, record.level = version.number, version.id, version.level
    record.state, record.kept_at, record.erased_at = RecordState.KEPT, work.now, None
    record.size_bytes, record.folder, record.verified_at = version.size_bytes, version.folder, None
    record.needle = needle(record.number, record.ref, record.title, record.customer, record.customer_email, *paths[:1])
