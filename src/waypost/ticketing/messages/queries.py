"""Questions about messages that more than one feature asks."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.ticketing.messages.models import AddressKind, Attachment, Occurrence, OwnAddress

THREADS_LOCK = "select pg_advisory_xact_lock(hashtextextended('threads:' || app_org(), 0))"


async def hold_threads(db: AsyncSession) -> None:
    """Until this transaction ends nobody else of this organisation recognises or stitches.

    Two copies of a mail, or a question and its answer, may be handled at the same moment by two workers; without the
    lock each would miss what the other is about to write.
    """
    await db.execute(text(THREADS_LOCK))


async def own_addresses(db: AsyncSession) -> dict[str, AddressKind]:
    """Every address of the organisation's own mailboxes and what it is for."""
    rows = await db.execute(select(OwnAddress.address, OwnAddress.kind))
    return {address: AddressKind(kind) for address, kind in rows}


async def occurrences_of(db: AsyncSession, message_ids: Collection[UUID]) -> Sequence[Occurrence]:
    """All copies of some messages, oldest first."""
    chosen = select(Occurrence).where(Occurrence.message_id.in_(message_ids)).order_by(Occurrence.id)
    return (await db.scalars(chosen)).all()


async def attachments_of(db: AsyncSession, message_ids: Collection[UUID]) -> Sequence[Attachment]:
    """What hangs on some messages, in the order of their parts."""
    chosen = (
        select(Attachment)
        .where(Attachment.message_id.in_(message_ids))
        .order_by(Attachment.message_id, Attachment.ordinal)
    )
    return (await db.scalars(chosen)).all()


async def unfinished(db: AsyncSession) -> int:
    """How many copies are not routed yet and have not failed."""
    waiting = select(func.count()).where(Occurrence.state.in_(("discovered", "raw_fetched", "parsed", "stitched")))
    return int(await db.scalar(waiting) or 0)
