"""Questions about profiles: each person's own, nobody else's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.sourcing.notebook.profiles.models import SearchProfile

MOST = 50
"""Profiles that one person may have."""


class NoSuchProfile(NotFound):
    """You have no such profile."""


async def of_person(db: AsyncSession, person: UUID | None) -> Sequence[SearchProfile]:
    """All of a person's, the active one first, then by name; at most `MOST`."""
    chosen = select(SearchProfile).where(SearchProfile.user_id == person)
    ordered = chosen.order_by(SearchProfile.active.desc(), SearchProfile.name, SearchProfile.id).limit(MOST)
    return (await db.scalars(ordered)).all()


async def count(db: AsyncSession, person: UUID | None) -> int:
    """How many a person has."""
    counted = select(func.count()).select_from(SearchProfile).where(SearchProfile.user_id == person)
    return (await db.execute(counted)).scalar_one()


async def by_id(db: AsyncSession, profile_id: UUID, person: UUID | None, *, for_update: bool = False) -> SearchProfile:
    """One of this person's; another's does not exist for them."""
    chosen = select(SearchProfile).where(SearchProfile.id == profile_id, SearchProfile.user_id == person)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise NoSuchProfile
    return found


async def plain(db: AsyncSession, profile_id: UUID) -> SearchProfile | None:
    """One of whoever, for jobs; None when it is gone."""
    found: SearchProfile | None = await db.scalar(select(SearchProfile).where(SearchProfile.id == profile_id))
    return found


async def name_taken(db: AsyncSession, person: UUID | None, name: str, but: UUID | None) -> bool:
    """Whether another profile of this person has the name."""
    chosen = select(SearchProfile.id).where(SearchProfile.user_id == person, SearchProfile.name == name)
    found = await db.scalar(chosen)
    return found is not None and found != but
