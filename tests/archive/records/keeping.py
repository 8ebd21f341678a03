"""Sealed cases for tests of the catalogue: a draft, and the same with its files in a folder of bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from waypost.archive.evidence.entries import log_name
from waypost.archive.places.placement import Part, Placing, Stored
from waypost.archive.places.shelf import Shelf
from waypost.archive.places.sidecar import Attached, Told, Volume, sidecar, sidecar_bytes
from waypost.archive.records.actions import confirm, reserve
from waypost.archive.records.draft import Described, Draft, DraftFile, Slot, Version
from waypost.archive.records.manifest import evidence_block
from waypost.archive.signing.levels import Level, Sealed
from waypost.main.house import House
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.platform.work import Work

SIGNED_AT = datetime.fromisoformat("2026-11-20T10:00:00+00:00")


def sha(data: bytes) -> str:
    """Hex."""
    return sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Case:
    """A case as a test tells it."""

    number: str = "20001"
    title: str = "Water in the cellar"
    customer: str = "Anna Arber"
    email: str = "anna@client.example"
    kind: str = "zammad"
    ref: str = "1"
    level: Level = Level.B
    wanted: Level = Level.B
    reason: str | None = None
    pdf: bytes = b"%PDF-1.7 made for a test"
    attachments: Sequence[bytes] = ()
    folder: str = "anna/cellar"
    request_id: UUID = field(default_factory=new_id)
    snapshot_key: str | None = None

    @property
    def attached(self) -> list[tuple[str, bytes]]:
        """Names and bytes of the attachments."""
        return [(f"attachments/{number}.bin", data) for number, data in enumerate(self.attachments)]


def draft_of(case: Case) -> Draft:
    """What the pipeline would hand over."""

    def describe(slot: Slot) -> Described:
        name = file_name(case, slot.number)
        files = [DraftFile("pdf", name, sha(case.pdf), len(case.pdf))]
        files += [DraftFile("attachment", one, sha(data), len(data), "plan.bin") for one, data in case.attached]
        manifest: dict[str, Any] = {
            "ticket_number": case.number,
            "sha256": sha(case.pdf),
            "version": slot.number,
            "attachments": [{"storage_path": one, "sha256": sha(data)} for one, data in case.attached],
        }
        return Described(manifest, files)

    return Draft(
        request_id=case.request_id,
        kind=case.kind,
        source="default",
        ref=case.ref,
        number=case.number,
        title=case.title,
        sealed=[Sealed(b"", case.level, case.reason, signed_at=SIGNED_AT, signer_fingerprint="ab" * 32)],
        wanted=case.wanted,
        describe=describe,
        customer=case.customer,
        customer_email=case.email,
        articles=3,
        snapshot_key=case.snapshot_key,
        snapshot_sha256=sha(b"snapshot"),
        template_version="t1",
    )


def file_name(case: Case, number: int) -> str:
    """As the path policy would call it."""
    return f"Ticket-{case.number}_2026-11-20{f'_v{number}' if number > 1 else ''}.pdf"


def stored_of(case: Case, number: int, sidecar: bytes = b"{}") -> Stored:
    """Where its files would stand."""
    name = file_name(case, number)
    held = {name: case.pdf, f"{name}.json": sidecar} | dict(case.attached)
    paths = {one: f"{case.folder}/{one}" for one in held}
    return Stored(case.folder, paths, {one: sha(data) for one, data in held.items()})


async def keep(work: Work, case: Case) -> Version:
    """Reserved and confirmed in one work."""
    version = await reserve(work, draft_of(case))
    await confirm(work, version.id, stored_of(case, version.number))
    return version


async def put(house: House, org: UUID, case: Case, sealed: Sealed | None = None) -> Version:
    """Kept for real: in the log, then in the organisation's own folder with its sidecar, then in the catalogue."""
    shelf = house.parts.of(Shelf)
    await shelf.place.prepare()
    placing = Placing(org.hex, tuple(case.folder.split("/")), case.number)
    seal = sealed or Sealed(case.pdf, Level.NONE, "signing_disabled")

    def describe(slot: Slot) -> Described:
        plan = shelf.plan(placing, moment=slot.moment, version=slot.number, record_id=slot.record_id)
        files = [DraftFile("pdf", plan.pdf(), sha(seal.pdf), len(seal.pdf))]
        files += [DraftFile("attachment", name, sha(data), len(data)) for name, data in case.attached]
        volumes = [Volume(sha(seal.pdf), len(seal.pdf))]
        attached = [Attached(name, "1", None, name, sha(data), len(data)) for name, data in case.attached]
        told = Told(case.kind, "default", case.ref, case.number, case.title, slot.moment, volumes, attachments=attached)
        return Described(sidecar(plan, told), files)

    draft = replace(draft_of(case), sealed=[replace(seal, pdf=b"")], describe=describe)
    async with house.works.open(org, MACHINE) as work:
        version = await reserve(work, draft)
    plan = shelf.plan(placing, moment=version.moment, version=version.number, record_id=version.record_id)
    block = evidence_block(log=log_name(org), position=version.position, leaf=version.leaf)
    parts = [Part(plan.pdf(), seal.pdf, "pdf"), *(Part(name, data) for name, data in case.attached)]
    parts.append(Part(plan.sidecar, sidecar_bytes({**version.manifest, "evidence": block}), "sidecar"))
    stored = await shelf.put(plan, parts)
    async with house.works.open(org, MACHINE) as work:
        await confirm(work, version.id, stored)
    return version
