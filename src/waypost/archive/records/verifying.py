"""A look at one version: what the catalogue and the log say is read first, then the files, then both are compared.

Nothing is open while files are read; what was found is written down by `judging.py`.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from waypost.archive.evidence import queries as evidence
from waypost.archive.evidence.keeper import Keeper, Opens
from waypost.archive.evidence.models import EvidenceCheckpoint, EvidenceTimeProof
from waypost.archive.evidence.notes import NotACheckpoint
from waypost.archive.evidence.tree import proves_inclusion
from waypost.archive.evidence.walking import entry_of
from waypost.archive.places.refusals import FileMissing
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import checks, queries
from waypost.archive.records.checks import Check, Kept, Logged, Verdict
from waypost.archive.records.models import KeptFile, RecordVersion
from waypost.archive.records.seals import Seals
from waypost.archive.signing.levels import Level
from waypost.platform.storage.blobs import BlobMissing, Blobs
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class Proven:
    """What the log holds over a version's leaf, with the paths to it."""

    logged: Logged
    checkpoint: EvidenceCheckpoint | None
    time_proof: EvidenceTimeProof | None
    time_path: list[bytes] | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in its place: path → SHA-256 hex or None, and the bytes that are looked into."""

    hashes: Mapping[str, str | None]
    sidecar: bytes | None
    snapshot: str | None


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a look needs of a process; a part. Silent places and stores refuse (503, again) and judge nothing."""

    shelf: Shelf
    blobs: Blobs
    keeper: Keeper
    seals: Seals

    async def look(self, works: Opens, version_id: UUID) -> Verdict:
        """Check everything of one version. Refuses with `VersionNotFound`."""
        async with works() as work:
            version = await queries.version_by_id(work.db, version_id)
            kept = kept_of(version, await queries.files(work.db, version_id))
            proven, now = await _proven(work, version), work.now
        if kept.erased:
            return Verdict((checks.of_inclusion(kept, proven.logged), *await self._covered(proven)))
        standing = await self._standing(kept, version)
        return Verdict(
            (
                checks.of_pdfs(kept, standing.hashes),
                checks.of_sidecar(kept, standing.sidecar),
                checks.of_manifest(kept, proven.logged, standing.sidecar),
                checks.of_attachments(kept, standing.hashes, standing.sidecar),
                *([checks.of_snapshot(kept, standing.snapshot)] if version.snapshot_key else []),
                await self._signature(kept, version, proven, now),
                checks.of_inclusion(kept, proven.logged),
                *await self._covered(proven),
            )
        )

    async def _standing(self, kept: Kept, version: RecordVersion) -> Standing:
        sidecar = await self._read(kept.sidecar[0]) if kept.sidecar else None
        hashes = {path: await self._hash(path) for path in (*kept.pdfs, *kept.attachments)}
        return Standing(hashes, sidecar, await self._snapshot(version.snapshot_key) if version.snapshot_key else None)

    async def _read(self, path: str) -> bytes | None:
        try:
            return await self.shelf.read(path)
        except FileMissing:
            return None

    async def _hash(self, path: str) -> str | None:
        """In chunks, off the loop: a volume may be large."""
        running = hashlib.sha256()
        try:
            async for chunk in self.shelf.stream(path):
                await asyncio.to_thread(running.update, chunk)
        except FileMissing:
            return None
        return running.hexdigest()

    async def _snapshot(self, key: str) -> str | None:
        running = hashlib.sha256()
        try:
            async for chunk in self.blobs.stream(key):
                running.update(chunk)
        except BlobMissing:
            return None
        return running.hexdigest()

    async def _signature(self, kept: Kept, version: RecordVersion, proven: Proven, now: datetime) -> Check:
        """Each volume by itself; the first that does not hold decides."""
        if version.level == Level.NONE:
            return Check("signature", None, "It was not signed.")
        said, signer = "", version.signer_fingerprint
        known = proven.time_proof.at if proven.time_proof else None
        for path in kept.pdfs:
            content = await self._read(path)
            if content is None:
                return Check("signature", False, f"missing: {path}")
            found = await self.seals.judge(content, fingerprint=signer, now=now, proven_at=known)
            if not found.ok:
                return found
            said = found.detail
        return Check("signature", True, said)

    async def _covered(self, proven: Proven) -> list[Check]:
        return [self._checkpoint(proven), await self._timed(proven)]

    def _checkpoint(self, proven: Proven) -> Check:
        row, entry = proven.checkpoint, proven.logged.entry
        if row is None or entry is None:
            return Check("checkpoint", None, "No checkpoint covers it yet.")
        try:
            said = self.keeper.notary.read(row.note, entry.log).checkpoint
        except NotACheckpoint:
            return Check("checkpoint", False, "The checkpoint was not signed by a key of ours.")
        if (said.size, said.root) != (row.size, row.root):
            return Check("checkpoint", False, "The checkpoint's row is not what was signed.")
        return Check("checkpoint", True, f"Signed over {said.size} entries.")

    async def _timed(self, proven: Proven) -> Check:
        row, path, entry = proven.time_proof, proven.time_path, proven.logged.entry
        if row is None or entry is None:
            return Check("time_proof", None, "No token covers it yet.")
        if path is None or not proves_inclusion(entry.hash(), entry.position, row.size, path, row.root):
            return Check("time_proof", False, "The entry does not lead to the token's root.")
        return await self.seals.judge_token(row.token, row.root)


async def _proven(work: Work, version: RecordVersion) -> Proven:
    """What the log says; at most six questions."""
    db, position = work.db, version.log_position
    leaf = await evidence.leaf_at(db, position)
    if leaf is None:
        return Proven(Logged(None), None, None, None)
    checkpoint, token = await evidence.checkpoint(db, covering=position), await evidence.time_proof(db, position)
    head = await evidence.head(db)
    size, root = (checkpoint.size, checkpoint.root) if checkpoint else (head.size, head.root)
    path = await _path(work, position, size)
    return Proven(
        Logged(entry_of(work.org, leaf), leaf.hash, size, root, path),
        checkpoint,
        token,
        await _path(work, position, token.size) if token else None,
    )


async def _path(work: Work, position: int, size: int) -> list[bytes] | None:
    try:
        return await evidence.inclusion(work.db, position, size)
    except KeyError:
        return None


def kept_of(version: RecordVersion, files: Sequence[KeptFile]) -> Kept:
    """What the catalogue says, as values."""
    sidecar = next((one for one in files if one.role == "sidecar"), None)
    return Kept(
        record_id=str(version.record_id),
        number=version.number,
        pdfs={one.path or one.name: one.sha256 for one in files if one.role == "pdf"},
        attachments={one.path or one.name: one.sha256 for one in files if one.role not in ("pdf", "sidecar")},
        sidecar=(sidecar.path or sidecar.name, sidecar.sha256) if sidecar else None,
        manifest_sha256=version.manifest_sha256,
        snapshot_sha256=version.snapshot_sha256,
        position=version.log_position,
        leaf=version.leaf,
        erased=version.erased_at is not None,
    )
