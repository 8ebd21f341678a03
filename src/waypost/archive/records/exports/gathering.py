"""What goes into an export, read pack by pack: records with their versions, files and proofs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from waypost.archive.evidence.proofs import NoSuchEntry, proof_of
from waypost.archive.records.exports import queries
from waypost.archive.records.exports.models import ExportItem
from waypost.archive.records.models import KeptFile, Record, RecordVersion
from waypost.archive.records.wire import record_row, version_json
from waypost.platform.work import Work


@dataclass(frozen=True, slots=True)
class Portion:
    """One record as it goes into the ZIP."""

    item: ExportItem
    record: Record
    versions: Sequence[RecordVersion]
    files: dict[UUID, list[KeptFile]]
    proofs: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def standing(self) -> list[KeptFile]:
        """Every file that has a place, once; a raised version shares its attachments with the one before."""
        found = {one.path: one for version in self.versions for one in self.files.get(version.id, ()) if one.path}
        return list(found.values())

    def proof_name(self, version: RecordVersion) -> str:
        """Beside the version's PDF, or by itself where that was erased."""
        pdf = next((one for one in self.files.get(version.id, ()) if one.role == "pdf" and one.path), None)
        return f"files/{pdf.path}.proof.json" if pdf else f"proofs/{self.record.id}_v{version.number}.proof.json"

    def line(self) -> dict[str, Any]:
        """The record's line in the index."""
        return record_row(self.record) | {
            "versions": [
                version_json(one) | {"proof": self.proof_name(one), "files": self._files(one)} for one in self.versions
            ],
            "problems": self.item.problems,
        }

    def _files(self, version: RecordVersion) -> list[dict[str, Any]]:
        return [
            {
                "role": one.role,
                "file": f"files/{one.path}" if one.path else None,
                "name": one.label or one.name,
                "sha256": one.sha256,
                "size": one.size,
            }
            for one in self.files.get(version.id, ())
        ]


async def portions(
    work: Work, export_id: UUID, start: int, limit: int, *, checkpoint: int | None = None, proofs: bool = False
) -> list[Portion]:
    """Some records from an ordinal on: four questions, and up to six for each version's proof."""
    items = await queries.items(work.db, export_id, start, limit)
    ids = [one.record_id for one in items]
    records = await queries.records_of(work.db, ids)
    versions: dict[UUID, list[RecordVersion]] = defaultdict(list)
    for version in await queries.versions_of(work.db, ids):
        versions[version.record_id].append(version)
    files: dict[UUID, list[KeptFile]] = defaultdict(list)
    for file in await queries.files_of(work.db, [one.id for some in versions.values() for one in some]):
        files[file.version_id].append(file)
    made = [Portion(one, records[one.record_id], versions[one.record_id], files) for one in items]
    for portion in made if proofs else ():
        for version in portion.versions:
            portion.proofs[version.id] = await _proof(work, version, checkpoint)
    return made


async def _proof(work: Work, version: RecordVersion, checkpoint: int | None) -> dict[str, Any]:
    """Under the export's own checkpoint, where it covers the leaf; a proof that cannot be made says so."""
    size = checkpoint if checkpoint is not None and version.log_position < checkpoint else None
    try:
        return await proof_of(work.db, work.org, version.log_position, size=size)
    except (NoSuchEntry, KeyError):
        return {"v": 1, "position": version.log_position, "problem": "the log does not hold this entry"}
