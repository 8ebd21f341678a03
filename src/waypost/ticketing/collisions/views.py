"""What is shown of a group: candidates with their copies and files, compared with the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.ticketing.collisions import queries
from waypost.ticketing.collisions.comparing import Compared, Line, compared, difference, is_cut
from waypost.ticketing.messages.models import Attachment
from waypost.ticketing.messages.queries import attachments_of, occurrences_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """One message of a group."""

    row: Any
    files: tuple[Attachment, ...]
    copies: int
    lines: tuple[Line, ...]
    """How its text differs from the first one's; nothing where it does not."""
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A group side by side."""

    group_id: UUID
    candidates: tuple[Candidate, ...]
    fields: tuple[Compared, ...]
    left_out: int
    """Further messages of the group, which one page does not compare."""


async def side_by_side(db: AsyncSession, group_id: UUID) -> Side:
    """The oldest messages of a group (four questions); refuses a group that is none any more."""
    members = await queries.members(db, group_id)
    ids = [one.id for one in members[: queries.SHOWN]]
    rows = await queries.candidates(db, ids)
    files: dict[UUID, list[Attachment]] = {one: [] for one in ids}
    for attachment in await attachments_of(db, ids):
        files[attachment.message_id].append(attachment)
    copies = [copy.message_id for copy in await occurrences_of(db, ids)]
    shown = tuple(_candidate(rows[0], row, files[row.id], copies.count(row.id)) for row in rows)
    fields = compared(rows, [[_named(one) for one in files[row.id]] for row in rows])
    return Side(group_id, shown, tuple(fields), len(members) - len(rows))


def _candidate(first: Any, row: Any, files: Sequence[Attachment], copies: int) -> Candidate:
    lines = tuple(difference(first.body_text, row.body_text))
    differs = any(line.kind in ("gone", "new") for line in lines)
    return Candidate(row, tuple(files), copies, lines if differs else (), is_cut(row.body_text))


def _named(file: Attachment) -> str:
    return f"{file.filename} · {file.size_bytes} B · {file.sha256.hex()[:12]}"
