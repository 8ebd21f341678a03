"""Entries of the log beside the rows they speak of: a row that was changed, removed or exchanged is found."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.evidence.models import EvidenceLeaf
from waypost.archive.evidence.walking import Finding
from waypost.archive.records import queries
from waypost.archive.records.manifest import stamp
from waypost.archive.records.models import KeptFile, RecordVersion


async def records_beside(db: AsyncSession, leaves: Sequence[EvidenceLeaf]) -> list[Finding]:
    """Two questions, whatever their number."""
    rows = {row.log_position: row for row in await queries.at_positions(db, [leaf.position for leaf in leaves])}
    files: dict[Any, list[KeptFile]] = {row.id: [] for row in rows.values()}
    for file in await queries.files_of(db, list(files)):
        files[file.version_id].append(file)
    return [
        Finding(what, str(leaf.position))
        for leaf in leaves
        if (what := _wrong(leaf, rows.get(leaf.position), files)) is not None
    ]


def _wrong(leaf: EvidenceLeaf, row: RecordVersion | None, files: dict[Any, list[KeptFile]]) -> str | None:
    if row is None:
        return "record_missing"
    return None if _said(leaf, row, files[row.id]) else "record_changed"


def _said(leaf: EvidenceLeaf, row: RecordVersion, files: Sequence[KeptFile]) -> bool:
    """Whether the row says what the log kept of it."""
    pdfs = [one.sha256 for one in files if one.role == "pdf"]
    known = (
        str(row.record_id),
        row.number,
        stamp(row.reserved_at),
        row.manifest_sha256,
        row.snapshot_sha256,
        pdfs,
        row.sha256,
        row.leaf,
        row.kind,
    )
    content = leaf.content
    first = next(iter(content.get("pdf_sha256", ())), "")
    return known == (
        content.get("record"),
        content.get("version"),
        content.get("at"),
        content.get("manifest_sha256"),
        content.get("snapshot_sha256"),
        content.get("pdf_sha256"),
        first,
        leaf.hash.hex(),
        leaf.kind,
    )
