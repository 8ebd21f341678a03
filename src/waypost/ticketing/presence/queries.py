"""Questions about who is where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.identity.queries import names
from waypost.ticketing.presence.models import LASTS, Doing, Presence

MOST = 20
"""People who are named; a crowd beyond it tells nobody more."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody at a ticket."""

    person_id: UUID
    name: str
    doing: Doing


async def at(db: AsyncSession, ticket_id: UUID, now: datetime) -> Sequence[Presence]:
    """Everybody at a ticket, the longest there first."""
    chosen = (
        select(Presence)
        .where(Presence.ticket_id == ticket_id, Presence.seen_at > now - LASTS)
        .order_by(Presence.id)
        .limit(MOST)
    )
    return (await db.scalars(chosen)).all()


async def told(db: AsyncSession, found: Sequence[Presence], *, but: UUID) -> list[Present]:
    """The others with their names; the one who asks knows about themselves."""
    others = [one for one in found if one.person_id != but]
    known = await names(db, [one.person_id for one in others])
    return [Present(one.person_id, known[one.person_id], Doing(one.doing)) for one in others if one.person_id in known]
