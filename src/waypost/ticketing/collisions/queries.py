"""Questions about messages that look alike."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.ticketing.collisions.grouping import Pair
from waypost.ticketing.collisions.models import CollisionRuling, Distinction, RuledRow
from waypost.ticketing.messages.models import Content, Message
from waypost.ticketing.tickets.models import Ticket, TicketMessage

PAGE = 50
SHOWN = 6
"""Candidates that one page compares."""
FINGERPRINTS_AT_ONCE = 200


class CollisionNotFound(NotFound):
    """Collision group not found."""


class RulingNotFound(NotFound):
    """There is no such decision on look-alikes."""


_LAST, _FIRST = func.max(Message.first_seen_at), func.min(Message.first_seen_at)


async def groups(db: AsyncSession, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> Sequence[Any]:
    """Groups of more than one, the latest active first: group, count, first and last seen, three oldest ids.

    One more than `limit` tells of a next page.
    """
    ids = func.array_agg(Message.id.op("order by")(text("messages.first_seen_at, messages.id")))
    chosen = (
        select(
            Message.collision_group_id.label("group_id"),
            func.count().label("message_count"),
            _FIRST.label("first_seen_at"),
            _LAST.label("last_seen_at"),
            ids.label("ids"),
        )
        .where(Message.collision_group_id.is_not(None))
        .group_by(Message.collision_group_id)
        .having(func.count() > 1)
        .order_by(_LAST.desc(), Message.collision_group_id.desc())
        .limit(limit + 1)
    )
    if before:
        chosen = chosen.having(tuple_(_LAST, Message.collision_group_id) < before)
    return (await db.execute(chosen)).all()


async def subjects(db: AsyncSession, message_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Subject and sender of some messages."""
    chosen = select(Content.message_id, Content.subject, Content.from_email, Content.snippet)
    rows = await db.execute(chosen.where(among(Content.message_id, message_ids)))
    return {row.message_id: row for row in rows}


async def members(db: AsyncSession, group_id: UUID, *, for_update: bool = False) -> list[Message]:
    """The messages of a group, oldest first; refuses when fewer than two are left in it."""
    chosen = (
        select(Message)
        .where(Message.collision_group_id == group_id)
        .order_by(Message.first_seen_at, Message.id)
        .execution_options(populate_existing=True)
    )
    found = list(await db.scalars(chosen.with_for_update() if for_update else chosen))
    if len(found) < 2:
        raise CollisionNotFound
    return found


CANDIDATE = (
    Message.id,
    Message.rfc_message_id,
    Message.first_seen_at,
    Message.direction,
    Content.date_header,
    Content.subject,
    Content.from_email,
    Content.from_name,
    Content.reply_to_emails,
    Content.to_emails,
    Content.cc_emails,
    Content.body_text,
    Content.attachment_count,
    TicketMessage.ticket_id,
    Ticket.subject.label("ticket_subject"),
    Ticket.ticket_code,
)


async def candidates(db: AsyncSession, message_ids: Collection[UUID]) -> Sequence[Any]:
    """What is compared of some messages, oldest first, and the ticket each is in."""
    chosen: Any = (
        select(*CANDIDATE)
        .join(Content, (Content.org_id == Message.org_id) & (Content.message_id == Message.id))
        .outerjoin(TicketMessage, (TicketMessage.org_id == Message.org_id) & (TicketMessage.message_id == Message.id))
        .outerjoin(Ticket, (Ticket.org_id == Message.org_id) & (Ticket.id == TicketMessage.ticket_id))
        .where(among(Message.id, message_ids))
        .order_by(Message.first_seen_at, Message.id)
    )
    rows: Sequence[Any] = (await db.execute(chosen)).all()
    return rows


async def distinctions(db: AsyncSession, message_ids: Collection[UUID]) -> set[Pair]:
    """Pairs among these messages that a person has told apart."""
    wanted = list(message_ids)
    chosen = select(Distinction.low_id, Distinction.high_id).where(
        or_(among(Distinction.low_id, wanted), among(Distinction.high_id, wanted))
    )
    return {Pair((low, high)) for low, high in await db.execute(chosen)}


async def repeated_fingerprints(db: AsyncSession, after: bytes) -> list[bytes]:
    """The next fingerprints that more than one message has, walking along their index."""
    chosen = (
        select(Message.fingerprint)
        .where(Message.fingerprint > after, Message.same_as.is_(None))
        .group_by(Message.fingerprint)
        .having(func.count() > 1)
        .order_by(Message.fingerprint)
        .limit(FINGERPRINTS_AT_ONCE)
    )
    return list(await db.scalars(chosen))


async def alike(db: AsyncSession, fingerprints: Collection[bytes]) -> Sequence[Message]:
    """Every message with one of these fingerprints that stands for itself, oldest first."""
    chosen = (
        select(Message)
        .where(among(Message.fingerprint, fingerprints), Message.same_as.is_(None))
        .order_by(Message.first_seen_at, Message.id)
        .with_for_update()
    )
    return (await db.scalars(chosen)).all()


async def ruling(db: AsyncSession, ruling_id: UUID) -> CollisionRuling:
    """One decision, held until the work ends."""
    found = await db.scalar(select(CollisionRuling).where(CollisionRuling.id == ruling_id).with_for_update())
    if found is None:
        raise RulingNotFound
    return found


async def stands_later(db: AsyncSession, ruling: CollisionRuling) -> bool:
    """Whether a younger decision on one of its messages still stands."""
    r = CollisionRuling
    younger = tuple_(r.decided_at, r.id) > (ruling.decided_at, ruling.id)
    shared = or_(*(r.message_ids.contains([one]) for one in ruling.message_ids))
    return await db.scalar(select(r.id).where(younger, r.undone_at.is_(None), shared).limit(1)) is not None


async def rulings(
    db: AsyncSession, *, before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> Sequence[CollisionRuling]:
    """Decisions, newest first; one more than `limit` tells of a next page."""
    r = CollisionRuling
    chosen = select(r).order_by(r.decided_at.desc(), r.id.desc()).limit(limit + 1)
    if before:
        chosen = chosen.where(tuple_(r.decided_at, r.id) < before)
    return (await db.scalars(chosen)).all()


async def rows_of_ruling(db: AsyncSession, ruling_id: UUID) -> Sequence[RuledRow]:
    """What a decision changed, the last change first."""
    chosen = select(RuledRow).where(RuledRow.ruling_id == ruling_id).order_by(RuledRow.ordinal.desc())
    return (await db.scalars(chosen)).all()
