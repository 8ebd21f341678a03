"""Questions: which messages an older reader read, where their bytes are, and how they read before."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import among
from waypost.platform.storage.models import Blob
from waypost.ticketing.intake.queries import Unread
from waypost.ticketing.intake.rereading.models import FormerContent
from waypost.ticketing.messages.models import Attachment, Content, Occurrence
from waypost.ticketing.outbound.models import Outgoing

VERSIONS_SHOWN = 50


def _ours(message_id: Any) -> Any:
    """Written here, not read: there is nothing to understand anew."""
    return select(Outgoing.id).where(Outgoing.message_id == message_id).exists()


def read_by_older(version: int, limit: int) -> Select[UUID]:
    """Messages whose reader was older than `version`, those first that came last."""
    chosen = select(Content.message_id).where(Content.parser_version < version, ~_ours(Content.message_id))
    return chosen.order_by(Content.parser_version, Content.id.desc()).limit(limit)


async def outdated(db: AsyncSession, version: int, limit: int) -> Sequence[UUID]:
    """At most `limit` of them."""
    return (await db.scalars(read_by_older(version, limit))).all()


async def raws(db: AsyncSession, message_ids: Collection[UUID]) -> list[tuple[UUID, Unread]]:
    """The bytes of these messages: of several copies the one that was read then, else the first. Ours are left out."""
    chosen = (
        select(Occurrence.message_id, Occurrence.id, Blob.storage_key, Blob.size_bytes, Occurrence.inbox)
        .join(Blob, (Blob.org_id == Occurrence.org_id) & (Blob.id == Occurrence.raw_blob_id))
        .where(among(Occurrence.message_id, message_ids), ~_ours(Occurrence.message_id), Blob.gone_at.is_(None))
        .ext(distinct_on(Occurrence.message_id))
        .order_by(Occurrence.message_id, Occurrence.is_duplicate, Occurrence.received_at, Occurrence.id)
    )
    rows = await db.execute(chosen)
    return [(row.message_id, Unread(row.id, row.storage_key, row.size_bytes, row.inbox)) for row in rows]


async def bytes_are_gone(db: AsyncSession, message_id: UUID) -> bool:
    """Whether it came in, and of no copy the bytes are left."""
    joined = (Blob.org_id == Occurrence.org_id) & (Blob.id == Occurrence.raw_blob_id)
    left = select(func.bool_and(Blob.gone_at.is_not(None))).select_from(Occurrence).join(Blob, joined)
    return bool(await db.scalar(left.where(Occurrence.message_id == message_id)))


async def contents(db: AsyncSession, message_ids: Collection[UUID]) -> dict[UUID, Content]:
    """As they stand, locked; what was erased has no headers left and is not read again."""
    chosen = select(Content).where(among(Content.message_id, message_ids)).order_by(Content.id).with_for_update()
    return {one.message_id: one for one in await db.scalars(chosen) if one.headers}


async def attachments(db: AsyncSession, message_ids: Collection[UUID]) -> Sequence[Attachment]:
    """Parts of these messages, in their order."""
    chosen = select(Attachment).where(among(Attachment.message_id, message_ids))
    return (await db.scalars(chosen.order_by(Attachment.message_id, Attachment.ordinal))).all()


async def former(db: AsyncSession, message_id: UUID) -> Sequence[FormerContent]:
    """Earlier readings, newest first."""
    chosen = select(FormerContent).where(FormerContent.message_id == message_id)
    return (await db.scalars(chosen.order_by(FormerContent.content_version.desc()).limit(VERSIONS_SHOWN))).all()
