"""The last steps: a place in the log, then files in their place with the sidecar last, then the record stands."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from waypost.archive.evidence.entries import log_name
from waypost.archive.places.placement import Part, Placing, Stored
from waypost.archive.places.plan import Plan
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.sidecar import sidecar_bytes
from waypost.archive.records import actions as records
from waypost.archive.records import queries as kept_cases
from waypost.archive.records.draft import Version
from waypost.archive.records.manifest import evidence_block
from waypost.archive.requests import blobs
from waypost.archive.requests.describing import attached_names, draft_of
from waypost.archive.requests.ending import kept
from waypost.archive.requests.forgetting.actions import known_as_record
from waypost.archive.requests.holding import Hold
from waypost.archive.requests.models import ArchiveRequest, State
from waypost.archive.sealing.canonical import read_snapshot
from waypost.archive.sealing.snapshot import Snapshot
from waypost.archive.signing.signer import Signer


async def reserve(hold: Hold) -> None:
    """Its leaf enters the log, and its version gets a number: once for each request."""
    if hold.request.version_id is not None:
        return
    snapshot, shelf, signer = await snapshot_of(hold), hold.run.of(Shelf), hold.run.of(Signer)
    placing = await _claimed(hold, shelf)
    async with hold.work() as (work, request):
        request.placing = asdict(placing)
        version = await records.reserve(work, draft_of(request, snapshot, placing, shelf, signer.wanted))
        request.version_id, request.record_id = version.id, version.record_id
        request.version_number, request.state = version.number, State.RESERVED


async def put(hold: Hold) -> None:
    """All files in place, the sidecar last. Safe to repeat: equal bytes stay, others are never written over."""
    if hold.request.stored is not None:
        return
    shelf, snapshot = hold.run.of(Shelf), await snapshot_of(hold)
    version = await _version(hold)
    placing = msgspec.convert(hold.request.placing, Placing)
    plan = shelf.plan(placing, moment=version.moment, version=version.number, record_id=version.record_id)
    parts = await _parts(hold, plan, snapshot, version)
    await hold.check()
    stored = await shelf.put(plan, parts)
    async with hold.work() as (_work, request):
        request.stored, request.state = _plain(stored), State.STORED


async def finish(hold: Hold) -> None:
    """The record stands, together with the end of this run; only the origin is left to be told."""
    async with hold.work(finishing=True) as (work, request):
        assert request.version_id is not None
        await records.confirm(work, request.version_id, stored_of(request))
        await known_as_record(work, request)
        await kept(work, request)


async def snapshot_of(hold: Hold) -> Snapshot:
    """As it was read."""
    assert hold.request.snapshot_key is not None
    return read_snapshot(await blobs.fetch(hold.run, hold.request.snapshot_key))


def stored_of(request: ArchiveRequest) -> Stored:
    """Where its files stand."""
    return msgspec.convert(request.stored, Stored)


async def _claimed(hold: Hold, shelf: Shelf) -> Placing:
    """The names that are this case's own."""
    request = hold.request
    case, pdfs = f"{request.kind}/{request.source}/{request.ref}", [one["sha256"] for one in request.sealed]
    placing = msgspec.convert(request.placing, Placing)
    return await shelf.claim(placing, org=hold.run.org, case=case, moment=hold.run.now, pdfs=pdfs)


async def _version(hold: Hold) -> Version:
    async with hold.run.work() as work:
        row = await kept_cases.version_of_request(work.db, hold.request.id)
        assert row is not None
        return records.version_of(row)


async def _parts(hold: Hold, plan: Plan, snapshot: Snapshot, version: Version) -> Sequence[Part]:
    pdfs = [await blobs.fetch(hold.run, one["key"]) for one in hold.request.sealed]
    volumes = [Part(plan.pdf(at), content, "pdf") for at, content in enumerate(pdfs, 1)]
    names = attached_names(plan, snapshot)
    files = await blobs.fetch_files(hold.run, hold.request) if names else {}
    attached = [Part(name, files[one.sha256]) for name, one in names if one.sha256 is not None]
    evidence = evidence_block(log=log_name(hold.run.org), position=version.position, leaf=version.leaf)
    beside = sidecar_bytes({**version.manifest, "evidence": evidence})
    return [*volumes, *attached, Part(plan.sidecar, beside, "sidecar")]


def _plain(stored: Stored) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(stored)
    return told
