"""Questions of intake."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, case, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.storage.models import Blob
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.intake.recognise import Known, Prints, Register
from waypost.ticketing.messages.models import Message, Occurrence, RfcId, State
from waypost.ticketing.messages.rows import among

LOOKALIKES = 500
PAGE = 50


class NoSuchQuarantineItem(NotFound):
    """There is no such quarantine item."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A copy whose bytes wait to be read."""

    occurrence_id: UUID
    storage_key: str
    size: int


async def unread(db: AsyncSession, occurrence_ids: Collection[UUID]) -> list[Unread]:
    """Those of the given copies that still wait, in the order in which they were received."""
    rows = await db.execute(
        select(Occurrence.id, Blob.storage_key, Blob.size_bytes)
        .join(Blob, (Blob.org_id == Occurrence.org_id) & (Blob.id == Occurrence.raw_blob_id))
        .where(among(Occurrence.id, occurrence_ids), Occurrence.state == State.RAW_FETCHED)
        .order_by(Occurrence.received_at, Occurrence.id)
    )
    return [Unread(*row) for row in rows]


async def lookalikes(db: AsyncSession, prints: Sequence[Prints]) -> Register:
    """Every message that one of these mails may be a copy or a twin of."""
    rows = await db.execute(
        select(
            Message.id,
            Message.signature,
            Message.content_signature,
            Message.fingerprint,
            Message.collision_group_id,
            RfcId.mark,
        )
        .outerjoin(RfcId, (RfcId.org_id == Message.org_id) & (RfcId.message_id == Message.id))
        .where(Message.id.in_(_alike(prints)))
        .order_by(_unlike(prints), Message.id)
        .limit(LOOKALIKES)
    )
    register = Register()
    for message_id, signature, content, fingerprint, group, mark in rows:
        found = Prints(signature, content, fingerprint, mark, dated=True)
        register.add(Known(message_id, found, group))
    return register


def _alike(prints: Sequence[Prints]) -> CompoundSelect[Any]:
    """Three looks, each by its own index; one condition with `or` would read every message there is."""
    return union(
        select(Message.id).where(among(Message.fingerprint, {p.fingerprint for p in prints})),
        select(Message.id).where(among(Message.content_signature, {p.content for p in prints})),
        select(RfcId.message_id).where(among(RfcId.mark, {p.rfc_mark for p in prints if p.rfc_mark})),
    )


def _unlike(prints: Sequence[Prints]) -> ColumnElement[int]:
    """Copies first: of a machine's thousand look-alikes the one that matters must not fall off the end."""
    return case(
        (among(Message.signature, {p.signature for p in prints}), 0),
        (among(RfcId.mark, {p.rfc_mark for p in prints if p.rfc_mark}), 1),
        (among(Message.content_signature, {p.content for p in prints}), 2),
        else_=3,
    )


async def quarantined(db: AsyncSession, item_id: UUID) -> tuple[QuarantineItem, Occurrence]:
    """One item with its copy."""
    row = (
        await db.execute(
            select(QuarantineItem, Occurrence)
            .join(
                Occurrence,
                (Occurrence.org_id == QuarantineItem.org_id) & (Occurrence.id == QuarantineItem.occurrence_id),
            )
            .where(QuarantineItem.id == item_id)
        )
    ).one_or_none()
    if row is None:
        raise NoSuchQuarantineItem
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the quarantine page."""

    id: UUID
    occurrence_id: UUID
    reason: str
    limit_name: str | None
    created_at: datetime
    received_at: datetime
    inbox: str | None
    size: int
    blob_id: UUID
    settled_as: str | None


async def quarantine(
    db: AsyncSession, *, before: tuple[datetime, UUID] | None = None, settled: bool = False, limit: int = PAGE
) -> list[Waiting]:
    """Items, newest first, by keyset; one more than `limit` tells that there is a next page."""
    item = QuarantineItem
    chosen = (
        select(
            item.id,
            item.occurrence_id,
            item.reason,
            item.limit_name,
            item.created_at,
            Occurrence.received_at,
            Occurrence.inbox,
            Blob.size_bytes,
            Blob.id,
            item.settled_as,
        )
        .join(Occurrence, (Occurrence.org_id == item.org_id) & (Occurrence.id == item.occurrence_id))
        .join(Blob, (Blob.org_id == Occurrence.org_id) & (Blob.id == Occurrence.raw_blob_id))
        .where(item.settled_at.is_not(None) if settled else item.settled_at.is_(None))
        .order_by(item.created_at.desc(), item.id.desc())
        .limit(limit + 1)
    )
    if before:
        chosen = chosen.where(tuple_(item.created_at, item.id) < before)
    rows: Sequence[Any] = (await db.execute(chosen)).all()
    return [Waiting(*row) for row in rows]
