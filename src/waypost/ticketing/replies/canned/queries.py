"""Questions about canned replies."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.ticketing.replies.canned.models import CannedReply

MOST = 300
"""Texts that one person is shown."""


class CannedNotFound(NotFound):
    """Canned reply not found."""


async def of(db: AsyncSession, person_id: UUID) -> Sequence[CannedReply]:
    """Everybody's and a person's own, by name."""
    chosen = select(CannedReply).where(CannedReply.removed_at.is_(None), _seen_by(person_id))
    return (await db.scalars(chosen.order_by(func.lower(CannedReply.name), CannedReply.id).limit(MOST))).all()


async def newest(
    db: AsyncSession, person_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[CannedReply]:
    """The same for programs: newest first, behind a place in the list."""
    chosen = select(CannedReply).where(CannedReply.removed_at.is_(None), _seen_by(person_id))
    if after:
        chosen = chosen.where(tuple_(CannedReply.created_at, CannedReply.id) < after)
    return (await db.scalars(chosen.order_by(CannedReply.created_at.desc(), CannedReply.id.desc()).limit(limit))).all()


async def by_id(db: AsyncSession, canned_id: UUID, person_id: UUID, *, removed: bool = False) -> CannedReply:
    """One that this person may use; refuses another's own one as if it were not there."""
    chosen = select(CannedReply).where(CannedReply.id == canned_id, _seen_by(person_id))
    found = await db.scalar(chosen if removed else chosen.where(CannedReply.removed_at.is_(None)))
    if found is None:
        raise CannedNotFound
    return found


async def name_is_taken(db: AsyncSession, name: str, owner_id: UUID | None, *, but: UUID | None) -> bool:
    """Whether another one beside it has this name."""
    chosen = select(CannedReply.id).where(
        func.lower(CannedReply.name) == name.lower(),
        CannedReply.owner_id.is_not_distinct_from(owner_id),
        CannedReply.removed_at.is_(None),
    )
    return await db.scalar(chosen.where(CannedReply.id != but) if but else chosen) is not None


def _seen_by(person_id: UUID) -> ColumnElement[bool]:
    return or_(CannedReply.owner_id.is_(None), CannedReply.owner_id == person_id)
