"""Scores of many offers at once, off the event loop: texts are long."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.notebook import queries
from waypost.sourcing.notebook.profile import Profile
from waypost.sourcing.notebook.scoring import Score, score
from waypost.sourcing.notebook.sight import Sight


async def scored(profile: Profile, offers: Sequence[Any]) -> dict[UUID, Score]:
    """The score of each offer (rows with `queries.SCORED`) by its id."""
    return await asyncio.to_thread(_all, profile, offers)


async def scores_of(db: AsyncSession, profile: Profile | None, offer_ids: Sequence[UUID]) -> dict[UUID, Score]:
    """The same by ids; nothing without a profile."""
    return await scored(profile, await queries.to_score(db, offer_ids)) if profile and offer_ids else {}


def _all(profile: Profile, offers: Iterable[Any]) -> dict[UUID, Score]:
    return {offer.id: score(profile, Sight.of(offer)) for offer in offers}
