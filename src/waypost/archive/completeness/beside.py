"""Entries of the log beside the statements they speak of: a statement that was changed or removed is found."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.completeness import queries
from waypost.archive.completeness.models import Statement
from waypost.archive.completeness.queries import Tally
from waypost.archive.completeness.stating import leaf_content
from waypost.archive.evidence.models import EvidenceLeaf
from waypost.archive.evidence.walking import Finding


async def statements_beside(db: AsyncSession, leaves: Sequence[EvidenceLeaf]) -> list[Finding]:
    """One question, whatever their number."""
    rows = {row.position: row for row in await queries.at_positions(db, [leaf.position for leaf in leaves])}
    found = []
    for leaf in leaves:
        row = rows.get(leaf.position)
        if row is None:
            found.append(Finding("statement_missing", leaf.content["day"]))
        elif not _said(row, leaf):
            found.append(Finding("statement_changed", leaf.content["day"]))
    return found


def _said(row: Statement, leaf: EvidenceLeaf) -> bool:
    tally = Tally(row.count, row.kept, row.exempt)
    content = leaf_content(row.day, row.revision, tally, sha256(row.items.encode()).hexdigest(), row.replaces)
    alike = (row.items_sha256, row.gaps, row.made_at) == (content["items_sha256"], tally.gaps, leaf.at)
    return alike and content == leaf.content
