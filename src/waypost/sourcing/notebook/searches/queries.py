"""Questions about saved searches: each person's own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.sourcing.notebook.searches.models import SavedSearch

MOST = 50


class NoSuchSearch(NotFound):
    """You have no such saved search."""


async def of_person(db: AsyncSession, person: UUID | None) -> Sequence[SavedSearch]:
    """All of a person's, by name; at most `MOST`."""
    chosen = select(SavedSearch).where(SavedSearch.user_id == person).order_by(SavedSearch.name).limit(MOST)
    return (await db.scalars(chosen)).all()


async def by_id(db: AsyncSession, search_id: UUID, person: UUID | None) -> SavedSearch:
    """One of this person's, held; another's does not exist for them."""
    chosen = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.user_id == person)
    found = await db.scalar(chosen.with_for_update())
    if found is None:
        raise NoSuchSearch
    return found
