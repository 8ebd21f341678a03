"""Questions of intake."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, case, func, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.platform.storage.models import Blob
from waypost.ticketing.collisions.queries import distinctions
from waypost.ticketing.intake.mirrors import Mirrors, Sent
from waypost.ticketing.intake.models import QuarantineItem
from waypost.ticketing.intake.recognise import Known, Prints, Register
from waypost.ticketing.messages.models import Attachment, Content, Message, Occurrence, RfcId, State
from waypost.ticketing.outbound.models import Outgoing

LOOKALIKES = 500
PAGE = 50
STANDS_FOR_IT = func.coalesce(Message.same_as, Message.id)
"""A message, or the one that a person put in its place."""


class NoSuchQuarantineItem(NotFound):
    """There is no such quarantine item."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A copy whose bytes wait to be read."""

    occurrence_id: UUID
    storage_key: str
    size: int
    inbox: str | None = None


async def unread(db: AsyncSession, occurrence_ids: Collection[UUID]) -> list[Unread]:
    """Those of the given copies that still wait, in the order in which they were received."""
    rows = await db.execute(
        select(Occurrence.id, Blob.storage_key, Blob.size_bytes, Occurrence.inbox)
        .join(Blob, (Blob.org_id == Occurrence.org_id) & (Blob.id == Occurrence.raw_blob_id))
        .where(among(Occurrence.id, occurrence_ids), Occurrence.state == State.RAW_FETCHED)
        .order_by(Occurrence.received_at, Occurrence.id)
    )
    return [Unread(*row) for row in rows]


async def lookalikes(db: AsyncSession, prints: Sequence[Prints]) -> Register:
    """Every message that one of these mails may be a copy or a twin of."""
    rows = (
        await db.execute(
            select(
                Message.id,
                STANDS_FOR_IT,
                Message.signature,
                Message.content_signature,
                Message.fingerprint,
                Message.collision_group_id,
                RfcId.mark,
            )
            .outerjoin(RfcId, (RfcId.org_id == Message.org_id) & (RfcId.message_id == STANDS_FOR_IT))
            .where(Message.id.in_(_alike(prints)))
            .order_by(_unlike(prints), Message.id)
            .limit(LOOKALIKES)
        )
    ).all()
    apart: dict[UUID, set[UUID]] = defaultdict(set)
    for low, high in await distinctions(db, {row[1] for row in rows}) if rows else ():
        apart[low].add(high)
        apart[high].add(low)
    register, names = Register(), defaultdict[UUID, set[UUID]](set)
    for row_id, message_id, signature, content, fingerprint, group, mark in rows:
        found = Prints(signature, content, fingerprint, mark, dated=True)
        known = Known(message_id, found, group, names[message_id], apart=frozenset(apart[message_id]))
        known.read_as = row_id if row_id != message_id else None
        register.add(known)
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


async def inboxes_into(db: AsyncSession, register: Register) -> None:
    """Which of our inboxes each of these messages was delivered to."""
    known = {one.message_id: one for one in register}
    address = func.coalesce(Occurrence.inbox, Occurrence.original_recipient)
    chosen = select(Occurrence.message_id, address).where(among(Occurrence.message_id, known)).distinct()
    for message_id, inbox in await db.execute(chosen):
        if inbox and message_id:
            known[message_id].inboxes.add(inbox)


async def mirrors(db: AsyncSession, oss_ids: Collection[UUID], marks: Collection[UUID]) -> Mirrors:
    """Our own replies that carry one of these ids, as we wrote them."""
    chosen = (
        select(
            Outgoing.message_id,
            Outgoing.oss_message_id,
            Content.from_email,
            Content.subject,
            Content.body_text,
            Content.quote_start,
            RfcId.mark,
        )
        .join(Content, (Content.org_id == Outgoing.org_id) & (Content.message_id == Outgoing.message_id))
        .outerjoin(RfcId, (RfcId.org_id == Outgoing.org_id) & (RfcId.message_id == Outgoing.message_id))
        .where(Outgoing.id.in_(_outgoing(oss_ids, marks)))
    )
    found: dict[UUID, Sent] = {}
    for message_id, oss_id, sender, subject, text, quote_start, mark in await db.execute(chosen):
        sent = found.setdefault(message_id, Sent(message_id, oss_id, sender, subject, text, quote_start, set()))
        sent.rfc_marks |= {mark} if mark else set()
    if found:
        files = select(Attachment.message_id, Attachment.sha256).where(among(Attachment.message_id, found))
        for message_id, digest in await db.execute(files):
            found[message_id].files.append(digest)
    return Mirrors.of(found.values())


def _outgoing(oss_ids: Collection[UUID], marks: Collection[UUID]) -> CompoundSelect[Any]:
    return union(
        select(Outgoing.id).where(among(Outgoing.oss_message_id, oss_ids)),
        select(Outgoing.id).where(among(Outgoing.rfc_mark, marks)),
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
