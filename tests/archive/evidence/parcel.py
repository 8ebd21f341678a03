"""A sealed file as an auditor gets it: a signed PDF, its sidecar, its attachment, its proof, and the log's key."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.archive.evidence.logbook import Clock, Logbook
from waypost.archive.evidence.actions import append
from waypost.archive.evidence.entries import log_name
from waypost.archive.evidence.proofs import proof_of
from waypost.archive.evidence.timing import GivesTokens, Pace, prove
from waypost.archive.places.sidecar import sidecar_bytes
from waypost.archive.records.manifest import evidence_block, manifest_sha256


@dataclass(frozen=True, slots=True)
class Parcel:
    """What stands in the folder."""

    pdf: Path
    keys: list[str]
    root: Path

    def beside(self, suffix: str) -> Path:
        return self.pdf.with_name(self.pdf.name + suffix)

    @property
    def attachment(self) -> Path:
        return self.pdf.parent / "attachments" / "7_9_plan.txt"

    def said(self, suffix: str) -> Any:
        return json.loads(self.beside(suffix).read_text(encoding="utf-8"))

    def say(self, suffix: str, said: Any) -> None:
        self.beside(suffix).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


async def packed(
    log: Logbook, clock: Clock, folder: Path, pdf: bytes, root: Path, authority: GivesTokens | None
) -> Parcel:
    """Keep a file as the pipeline does, among others, and take it out."""
    parcel = Parcel(folder / "anna" / "Ticket-20001_2026-11-02.pdf", log.keeper.notary.keys(log_name(log.org)), root)
    parcel.attachment.parent.mkdir(parents=True)
    parcel.attachment.write_bytes(b"The plan of the hangar.")
    parcel.pdf.write_bytes(pdf)
    place = f"/srv/archive/anna/{parcel.pdf.name}"
    said = {
        "ticket_id": 1,
        "title": "Tür klemmt – \U0001f6aa ﬁ",
        "storage_path": place,
        "sha256": sha256(pdf).hexdigest(),
        "volumes": [{"path": f"anna/{parcel.pdf.name}", "sha256": sha256(pdf).hexdigest()}],
        "attachments": [
            {
                "storage_path": "/srv/archive/anna/attachments/7_9_plan.txt",
                "sha256": sha256(b"The plan of the hangar.").hexdigest(),
            }
        ],
    }
    await log.grow(5)
    async with log.work() as work:
        content = {"pdf_sha256": [said["sha256"]], "manifest_sha256": manifest_sha256(said), "record": "0190"}
        leaf = await append(work, "record", content)
    await log.grow(3)
    await log.checkpoint()
    if authority is not None:
        clock.pass_(minutes=6)
        assert await prove(log.work, authority, Pace())
    await log.grow(2)
    await log.checkpoint()
    evidence = evidence_block(log=log_name(log.org), position=leaf.position, leaf=leaf.hash.hex())
    parcel.beside(".json").write_bytes(sidecar_bytes(said | {"evidence": evidence}))
    async with log.work() as work:
        parcel.say(".proof.json", await proof_of(work.db, log.org, leaf.position))
    (folder / "keys.txt").write_text("\n".join(parcel.keys) + "\n", encoding="utf-8")
    return parcel
