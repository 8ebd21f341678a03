"""Questions about saved views: everybody sees the shared ones and their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.platform.errors import NotFound
from waypost.ticketing.saved_views.models import SavedView

MOST = 200
"""Views that one person can see; more are refused when they are made."""


class NoSuchView(NotFound):
    """There is no such saved view."""


def seen_by(person_id: UUID | None) -> ColumnElement[bool]:
    """Condition: shared, or this person's own."""
    return or_(SavedView.is_shared, SavedView.owner_id == person_id) if person_id else SavedView.is_shared.is_(True)


def _listed(condition: ColumnElement[bool]) -> Any:
    return select(*SavedView.__table__.c).where(condition).order_by(SavedView.created_at, SavedView.id).limit(MOST)


_SHARED = _listed(seen_by(None))
_SHOWN_TO = _listed(or_(SavedView.is_shared, SavedView.owner_id == bindparam("me")))
"""Built once: every page of the inbox asks it."""


async def shown_to(db: AsyncSession, person_id: UUID | None) -> Sequence[Any]:
    """All that a person sees (columns of `SavedView`), oldest first."""
    return await ask(db, _SHOWN_TO, {"me": person_id}) if person_id else await ask(db, _SHARED)


async def page(
    db: AsyncSession, person_id: UUID | None, after: tuple[datetime, UUID] | None, limit: int, *, documented: bool
) -> Sequence[SavedView]:
    """The same by keyset (`created_at`, id); `documented`: only those that the documented filters can express."""
    at = (SavedView.created_at, SavedView.id)
    chosen = select(SavedView).where(seen_by(person_id)).order_by(*at).limit(limit)
    chosen = chosen.where(SavedView.filters.is_not(None)) if documented else chosen
    return (await db.scalars(chosen.where(tuple_(*at) > after) if after else chosen)).all()


async def by_id(db: AsyncSession, view_id: UUID, person_id: UUID | None, *, for_update: bool = False) -> SavedView:
    """One that this person sees; another's personal view does not exist for them."""
    chosen = select(SavedView).where(SavedView.id == view_id, seen_by(person_id))
    view = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if view is None:
        raise NoSuchView
    return view


async def is_taken(db: AsyncSession, name: str, person_id: UUID | None, *, but: UUID | None = None) -> bool:
    """Whether another view that this person sees has the name."""
    owner = await db.scalar(select(SavedView.id).where(SavedView.name == name, seen_by(person_id)).limit(1))
    return owner is not None and owner != but
