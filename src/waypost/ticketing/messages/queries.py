"""Questions about messages that more than one feature asks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.ticketing.messages.models import (
    EVERYWHERE,
    AddressKind,
    Attachment,
    Occurrence,
    OwnAddress,
    SameSender,
    ThreadingPolicy,
)

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


@dataclass(frozen=True, slots=True)
class Policy:
    """An organisation's threading policy as values; `ThreadingPolicy` says what they mean."""

    same_sender: SameSender = SameSender.APART
    window: timedelta = timedelta(hours=24)
    inboxes_apart: bool = False
    automatic_per_hour: int = 10


async def threading_policy(db: AsyncSession) -> Policy:
    """As it is now, or the defaults."""
    p = ThreadingPolicy
    chosen = select(p.same_sender, p.window_hours, p.inboxes_apart, p.automatic_per_hour).where(p.scope == EVERYWHERE)
    row = (await db.execute(chosen)).one_or_none()
    return Policy(SameSender(row[0]), timedelta(hours=row[1]), row[2], row[3]) if row else Policy()


COPY = (
    Occurrence.id,
    Occurrence.message_id,
    Occurrence.mailbox_id,
    Occurrence.provider_id,
    Occurrence.state,
    Occurrence.original_recipient,
    Occurrence.original_recipient_source,
    Occurrence.original_recipient_confidence,
    Occurrence.original_recipient_evidence,
    Occurrence.routed_at,
    Occurrence.route_reason,
    Occurrence.route_evidence,
    Occurrence.parse_error,
    Occurrence.stitch_error,
    Occurrence.route_error,
)
"""What is shown of a copy. Rows, not entities: a long conversation has thousands."""


COPIES = (
    select(*COPY)
    .where(Occurrence.message_id == any_(bindparam("messages", type_=ARRAY(Occurrence.message_id.type))))
    .order_by(Occurrence.id)
)


async def occurrences_of(db: AsyncSession, message_ids: Collection[UUID]) -> Sequence[Any]:
    """All copies (`COPY`) of some messages, oldest first."""
    return await ask(db, COPIES, {"messages": list(message_ids)})


HANGING = (
    select(*Attachment.__table__.c)
    .where(Attachment.message_id == any_(bindparam("messages", type_=ARRAY(Attachment.message_id.type))))
    .order_by(Attachment.message_id, Attachment.ordinal)
)


async def attachments_of(db: AsyncSession, message_ids: Collection[UUID]) -> Sequence[Attachment]:
    """What hangs on some messages, in the order of their parts; to be looked at, no part of the session."""
    return [Attachment(**row._asdict()) for row in await ask(db, HANGING, {"messages": list(message_ids)})]


async def unfinished(db: AsyncSession) -> int:
    """How many copies are not routed yet and have not failed."""
    waiting = select(func.count()).where(Occurrence.state.in_(("discovered", "raw_fetched", "parsed", "stitched")))
    return int(await db.scalar(waiting) or 0)
