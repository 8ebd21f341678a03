"""Raising the level of what is kept (ruling 28): the file grows at its end, and stands as a new version.

Steps, each durable before the next: the raised bytes are kept as blobs, the new version gets its leaf, its files stand,
it is confirmed. A process may die between any two of them; the next try goes on and signs nothing twice.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from waypost.archive.evidence.entries import log_name
from waypost.archive.places.placement import Part, Stored
from waypost.archive.places.plan import Plan
from waypost.archive.places.refusals import FileMissing, PlaceSilent
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.sidecar import sidecar_bytes
from waypost.archive.records import queries
from waypost.archive.records.actions import confirm, reserve, version_of
from waypost.archive.records.draft import Described, Draft, DraftFile, Slot, Version, weakest
from waypost.archive.records.growing import grown, plan_of
from waypost.archive.records.judging import look_soon
from waypost.archive.records.ladder import next_try
from waypost.archive.records.manifest import EVIDENCE, evidence_block
from waypost.archive.records.metrics import RAISED
from waypost.archive.records.models import KeptFile, Record, RecordState, RecordVersion, VersionKind, VersionState
from waypost.archive.signing.levels import Level, Sealed
from waypost.archive.signing.signer import Signer
from waypost.platform.errors import Refusal
from waypost.platform.jobs import Run
from waypost.platform.observe.logs import line
from waypost.platform.storage.blobs import Blobs, StoreUnavailable

BLOB = "archive"
_log = line("waypost.archive")


@dataclass(frozen=True, slots=True)
class Low:
    """A version that may be raised, with its record and files as they were read."""

    record: Record
    version: RecordVersion
    files: Sequence[KeptFile]

    @property
    def request_id(self) -> UUID:
        """A version is raised once: the same wish always has the same id."""
        return uuid5(self.version.id, "upgrade")

    @property
    def pdfs(self) -> list[KeptFile]:
        """Its volumes."""
        return [one for one in self.files if one.role == "pdf"]

    @property
    def others(self) -> list[KeptFile]:
        """What stands beside them and stays as it is."""
        return [one for one in self.files if one.role not in ("pdf", "sidecar")]


class Outcome(StrEnum):
    """What a try came to."""

    RAISED = "raised"
    SETTLED = "settled"
    """Nothing to do any more, or nothing yet: an archive timestamp that is young enough."""
    WAITS = "waits"
    """It could not be raised now; it is tried again later, ever less often."""


async def raise_one(run: Run, version_id: UUID) -> Outcome:
    """One try. Places and stores that are silent refuse (again)."""
    low, begun = await _read(run, version_id)
    if low is None:
        return Outcome.SETTLED
    try:
        begun = begun or await _begin(run, low)
        if begun is not None:
            await _finish(run, low, begun)
            return _counted(Outcome.RAISED)
    except (PlaceSilent, StoreUnavailable):
        raise
    except Refusal as refusal:
        _log.warning("archive.not_raised", version=str(version_id), why=refusal.kind())
        await _look(run, version_id, refusal)
    await _wait(run, version_id)
    young = low.version.level in (Level.LTA, Level.DSS)
    return _counted(Outcome.SETTLED if young else Outcome.WAITS)


def _counted(outcome: Outcome) -> Outcome:
    RAISED.labels(outcome.value).inc()
    return outcome


async def _look(run: Run, version_id: UUID, refusal: Refusal) -> None:
    """A file that is missing is a matter for the next verification."""
    if isinstance(refusal, FileMissing):
        async with run.work() as work:
            await look_soon(work, version_id)


async def _read(run: Run, version_id: UUID) -> tuple[Low | None, RecordVersion | None]:
    """What is to be raised, and the version of an earlier try that did not come to its end. What must not be raised
    any more (erased, damaged, no longer the newest) is left alone for good."""
    async with run.work() as work:
        version = await queries.version_by_id(work.db, version_id, for_update=True)
        record = await queries.by_id(work.db, version.record_id)
        low = Low(record, version, await queries.files(work.db, version.id))
        begun = await queries.version_of_request(work.db, low.request_id)
        settled = begun is not None and begun.kept_at is not None
        late = begun is None and (version.state != VersionState.KEPT or record.newest_id != version.id)
        if late or settled or VersionState.ERASED in (version.state, begun.state if begun else None):
            version.raise_at = None
            return None, None
        return low, begun


async def _begin(run: Run, low: Low) -> RecordVersion | None:
    """Raise the bytes, keep them, and give the new version its place; None when nothing can be gained now."""
    shelf, signer = run.of(Shelf), run.of(Signer)
    pdfs = [await shelf.read(one.path or "") for one in low.pdfs]
    sidecar = await _sidecar(shelf, low)
    if sidecar is None or [hashlib.sha256(one).hexdigest() for one in pdfs] != [one.sha256 for one in low.pdfs]:
        async with run.work() as work:
            await look_soon(work, low.version.id)
        return None
    raised = [await signer.upgrade(one) for one in pdfs]
    if not any(raised):
        return None
    sealed = [one or _as_it_is(low, pdf) for one, pdf in zip(raised, pdfs, strict=True)]
    kept = await run.of(Blobs).put_many(run.org, [(BLOB, one.pdf) for one in sealed])
    draft = _draft(run.of(Shelf), low, sidecar, sealed, [one.storage_key for one in kept])
    async with run.work() as work:
        record = await queries.by_id(work.db, low.record.id, for_update=True)
        erased = record.state == RecordState.ERASED
        if not erased and record.newest_id == low.version.id:
            version = await reserve(work, draft)
            return await queries.version_by_id(work.db, version.id)
    if erased:
        await run.of(Blobs).delete([one.storage_key for one in kept])
    return None


def _as_it_is(low: Low, pdf: bytes) -> Sealed:
    """A volume that did not grow."""
    old = low.version
    return Sealed(pdf, old.level, old.level_reason, tsa=old.tsa, timestamp_at=old.timestamp_at)


async def _sidecar(shelf: Shelf, low: Low) -> dict[str, Any] | None:
    """The version's own, when it is the one that was kept."""
    file = next((one for one in low.files if one.role == "sidecar"), None)
    if file is None or file.path is None:
        return None
    content = await shelf.read(file.path)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        return None
    said: dict[str, Any] = json.loads(content)
    return said


def _draft(shelf: Shelf, low: Low, sidecar: Mapping[str, Any], sealed: Sequence[Sealed], keys: Sequence[str]) -> Draft:
    record, old = low.record, low.version
    seal = weakest(sealed)
    assert seal is not None
    first = replace(
        seal,
        pdf=b"",
        signer_fingerprint=old.signer_fingerprint,
        signer_subject=old.signer_subject,
        signed_at=old.signed_at,
    )

    def describe(slot: Slot) -> Described:
        plan = plan_of(shelf, low.pdfs[0].name, old, slot.number)
        sizes = [(hashlib.sha256(one.pdf).hexdigest(), len(one.pdf)) for one in sealed]
        volumes = [DraftFile("pdf", plan.pdf(at), sha, size) for at, (sha, size) in enumerate(sizes, 1)]
        attached = [DraftFile(one.role, one.name, one.sha256, one.size or 0, one.label) for one in low.others]
        said = {name: value for name, value in sidecar.items() if name != EVIDENCE}
        return Described(grown(said, plan, slot, first, volumes), [*volumes, *attached])

    return Draft(
        request_id=low.request_id,
        kind=record.origin_kind,
        source=record.source,
        ref=record.ref,
        number=record.number,
        title=record.title,
        sealed=[first],
        wanted=old.wanted,
        describe=describe,
        customer=record.customer,
        customer_email=record.customer_email,
        closed_at=record.closed_at,
        articles=old.articles,
        snapshot_key=old.snapshot_key,
        snapshot_sha256=old.snapshot_sha256,
        template_version=old.template_version,
        blob_keys=keys,
        as_=VersionKind.UPGRADE,
    )


async def _finish(run: Run, low: Low, row: RecordVersion) -> None:
    """Put its files in place and confirm it; then the blobs on the way are not needed any more."""
    shelf, blobs, version = run.of(Shelf), run.of(Blobs), version_of(row)
    plan = plan_of(shelf, low.pdfs[0].name, low.version, version.number)
    pdfs = [await blobs.read(key) for key in row.blob_keys]
    parts = [Part(plan.pdf(at), pdf, "pdf") for at, pdf in enumerate(pdfs, 1)]
    stored = _with_others(low, await shelf.put(plan, [*parts, _sidecar_part(run, plan, version)]))
    keys = list(row.blob_keys)
    async with run.work() as work:
        standing = await queries.version_by_id(work.db, version.id, for_update=True)
        erased = standing.state == VersionState.ERASED
        if not erased:
            await confirm(work, version.id, stored)
        standing.blob_keys = []
    await blobs.delete(keys)
    if erased:
        await shelf.delete([plan.path(one.name) for one in parts] + [plan.path(plan.sidecar)])


def _sidecar_part(run: Run, plan: Plan, version: Version) -> Part:
    block = evidence_block(log=log_name(run.org), position=version.position, leaf=version.leaf)
    return Part(plan.sidecar, sidecar_bytes({**version.manifest, EVIDENCE: block}), "sidecar")


def _with_others(low: Low, stored: Stored) -> Stored:
    """Attachments stay where they are and belong to both versions."""
    others = {one.name: one for one in low.others if one.path}
    paths = {name: one.path or "" for name, one in others.items()}
    return replace(
        stored,
        paths={**paths, **stored.paths},
        sha256={**{name: one.sha256 for name, one in others.items()}, **stored.sha256},
    )


async def _wait(run: Run, version_id: UUID) -> None:
    """Nothing to gain now: look again later, ever less often."""
    async with run.work() as work:
        version = await queries.version_by_id(work.db, version_id, for_update=True)
        version.raise_tries += 1
        version.raise_at = next_try(version.level, version.wanted, version.raise_tries, work.now)
