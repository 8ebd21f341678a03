"""What there is of a record to erase: its files, its bytes in the store, its places in the log."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.records import queries as records
from waypost.archive.records.models import KeptFile, Record, RecordVersion
from waypost.archive.requests.forgetting.queries import keys_of, named_elsewhere, owned, put_aside_by
from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.rows import among


@dataclass(frozen=True, slots=True)
class Doomed:
    """One record as its erasure finds it."""

    record: Record
    versions: Sequence[RecordVersion]
    paths: Sequence[str]
    """Files of its own, relative to the place's root; the first is the newest PDF."""
    keys: Sequence[str]
    """Its own content in the store."""

    @property
    def tombstone(self) -> str | None:
        """Where the tombstone stands: beside what was the newest PDF."""
        return f"{self.paths[0]}.tombstone.json" if self.paths else None


async def doomed(db: AsyncSession, record_id: UUID) -> Doomed:
    """Everything of a record but what another record shares with it."""
    record = await records.by_id(db, record_id)
    versions = await records.versions(db, record_id)
    paths = [file.path for one in versions for file in await records.files(db, one.id) if file.path]
    paths += [path for one in versions for path in _planned(one)]
    requests = await _requests(db, record)
    keys = {key for one in versions for key in (*one.blob_keys, one.snapshot_key) if key}
    keys |= {key for one in requests for key in keys_of(one)}
    keys |= await put_aside_by(db, [one.id for one in requests])
    own = owned(keys)
    own -= await named_elsewhere(db, own, requests=[one.id for one in requests], record=record.id)
    shared = await _shared_paths(db, record_id, paths)
    return Doomed(record, versions, [one for one in dict.fromkeys(paths) if one not in shared], sorted(own))


def _planned(version: RecordVersion) -> list[str]:
    """Where files of a version may stand that was never confirmed: its run may have died in between."""
    said = json.loads(version.manifest) if version.manifest else {}
    named = [one["path"] for part in ("volumes", "attachments") for one in said.get(part, ()) if one.get("path")]
    return [*named, f"{said['path']}.json"] if said.get("path") else named


async def _requests(db: AsyncSession, record: Record) -> Sequence[ArchiveRequest]:
    r = ArchiveRequest
    chosen = select(r).where(r.kind == record.origin_kind, r.source == record.source, r.ref == record.ref)
    return (await db.scalars(chosen.order_by(r.id.desc()).limit(1_000))).all()


async def _shared_paths(db: AsyncSession, record_id: UUID, paths: Collection[str]) -> set[str]:
    """Attachments lie in one folder for all cases of a folder: equal ones of two cases are one file."""
    joined = (RecordVersion.org_id == KeptFile.org_id) & (RecordVersion.id == KeptFile.version_id)
    chosen = select(KeptFile.path).join(RecordVersion, joined).where(among(KeptFile.path, list(paths)))
    return {path for path in await db.scalars(chosen.where(RecordVersion.record_id != record_id)) if path}
