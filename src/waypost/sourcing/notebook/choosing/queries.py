"""Questions about selections: each person's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.sourcing.notebook.choosing.models import OfferSelection, OfferSelectionItem, Result, State
from waypost.sourcing.notebook.models import UserJobOffer
from waypost.sourcing.offers.models import JobOffer

SAMPLE = 5


class NoSuchSelection(NotFound):
    """There is no such selection of yours."""


async def by_id(
    db: AsyncSession, selection_id: UUID, person: UUID | None, *, for_update: bool = False
) -> OfferSelection:
    """One of this person's; another's does not exist for them."""
    chosen = select(OfferSelection).where(OfferSelection.id == selection_id, OfferSelection.user_id == person)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise NoSuchSelection
    return found


async def asked(db: AsyncSession, selection_id: UUID) -> OfferSelection | None:
    """One of whoever, held, for its job."""
    chosen = select(OfferSelection).where(OfferSelection.id == selection_id).with_for_update()
    found: OfferSelection | None = await db.scalar(chosen)
    return found


async def named(db: AsyncSession, link_ids: Sequence[UUID], person: UUID | None) -> dict[UUID, str]:
    """Titles of those of these links that are this person's."""
    chosen = select(UserJobOffer.id, JobOffer.title).join(JobOffer, JobOffer.id == UserJobOffer.job_offer_id)
    mine = chosen.where(among(UserJobOffer.id, link_ids), UserJobOffer.user_id == person)
    return {link_id: title for link_id, title in await db.execute(mine)}


async def receipt(db: AsyncSession, selection_id: UUID, *, after: int = -1, limit: int = 50) -> Sequence[Any]:
    """Lines in the order of choosing."""
    chosen = select(OfferSelectionItem).where(
        OfferSelectionItem.selection_id == selection_id, OfferSelectionItem.ordinal > after
    )
    return (await db.scalars(chosen.order_by(OfferSelectionItem.ordinal).limit(limit))).all()


async def results(db: AsyncSession, selection_id: UUID) -> dict[str, int]:
    """How many came out how."""
    counted = select(OfferSelectionItem.result, func.count()).where(
        OfferSelectionItem.selection_id == selection_id, OfferSelectionItem.result.is_not(None)
    )
    return {str(result): many for result, many in await db.execute(counted.group_by(OfferSelectionItem.result))}


async def waiting(db: AsyncSession, selection_id: UUID, result: Result | None, limit: int) -> Sequence[Any]:
    """The next lines that have this result."""
    state = OfferSelectionItem.result.is_(None) if result is None else OfferSelectionItem.result == result
    chosen = select(OfferSelectionItem).where(OfferSelectionItem.selection_id == selection_id, state)
    return (await db.scalars(chosen.order_by(OfferSelectionItem.ordinal).limit(limit))).all()


async def held(db: AsyncSession, link_ids: Sequence[UUID]) -> dict[UUID, UserJobOffer]:
    """These links, locked in the order of their ids."""
    chosen = select(UserJobOffer).where(among(UserJobOffer.id, link_ids)).order_by(UserJobOffer.id).with_for_update()
    return {link.id: link for link in await db.scalars(chosen)}


async def forget(db: AsyncSession, *, used_before: datetime, unused_before: datetime, limit: int) -> int:
    """Delete old selections with their lines; gives how many."""
    unused = (OfferSelection.state == State.FROZEN) & (OfferSelection.made_at < unused_before)
    old = select(OfferSelection.id).where(or_(unused, OfferSelection.made_at < used_before)).limit(limit)
    ids = (await db.scalars(old)).all()
    if ids:
        await db.execute(delete(OfferSelection).where(among(OfferSelection.id, ids)))
    return len(ids)
