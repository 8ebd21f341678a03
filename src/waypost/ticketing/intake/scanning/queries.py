"""Questions: which files wait for the scanner."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.storage.models import Blob
from waypost.ticketing.messages.models import Attachment, Scan


@dataclass(frozen=True, slots=True)
class Waiting:
    """Bytes that nobody has judged."""

    blob_id: UUID
    storage_key: str


async def of_message(db: AsyncSession, message_id: UUID) -> list[Waiting]:
    """Files of one message, equal ones once."""
    return await _waiting(db, _unscanned().where(Attachment.message_id == message_id))


async def newest(db: AsyncSession, limit: int) -> list[Waiting]:
    """The newest ones of all; equal ones once."""
    return await _waiting(db, _unscanned().order_by(Attachment.id.desc()).limit(limit))


def _unscanned() -> Select[UUID, str]:
    return (
        select(Attachment.blob_id, Blob.storage_key)
        .join(Blob, (Blob.org_id == Attachment.org_id) & (Blob.id == Attachment.blob_id))
        .where(Attachment.scan_state == Scan.UNSCANNED)
    )


async def _waiting(db: AsyncSession, chosen: Select[UUID, str]) -> list[Waiting]:
    rows: Sequence[tuple[UUID, str]] = [(row.blob_id, row.storage_key) for row in await db.execute(chosen)]
    return [Waiting(blob_id, key) for blob_id, key in dict.fromkeys(rows)]
