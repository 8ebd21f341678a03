"""Questions about tags."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.ticketing.tags.models import Color, Tag, TicketTag

MOST = 500
"""Tags of one organisation; a list of them is shown whole."""


class TagNotFound(NotFound):
    """Tag not found."""


@dataclass(frozen=True, slots=True)
class Worn:
    """A tag as a ticket shows it."""

    id: UUID
    name: str
    color: Color | None


async def page(db: AsyncSession, *, after: tuple[datetime, UUID] | None = None, limit: int = MOST) -> Sequence[Tag]:
    """Tags, oldest first, by keyset (`created_at`, id)."""
    chosen = select(Tag).order_by(Tag.created_at, Tag.id).limit(limit)
    if after:
        chosen = chosen.where(tuple_(Tag.created_at, Tag.id) > after)
    return (await db.scalars(chosen)).all()


async def every(db: AsyncSession) -> list[Tag]:
    """All tags by their names."""
    return sorted(await page(db), key=lambda tag: tag.name_folded)


ON_TICKET = (
    (TicketTag.org_id == Tag.org_id)
    & (TicketTag.tag_id == Tag.id)
    & (TicketTag.ticket_id == bindparam("ticket_id", type_=TicketTag.ticket_id.type))
)
SORTED = (
    select(Tag.id, Tag.name, Tag.color, TicketTag.id.is_not(None).label("is_on"))
    .outerjoin(TicketTag, ON_TICKET)
    .order_by(Tag.name_folded, Tag.id)
    .limit(MOST)
)


async def sorted_for(db: AsyncSession, ticket_id: UUID) -> tuple[list[Worn], list[Worn]]:
    """All tags by their names: those that a ticket bears, and the others (one question)."""
    bears: list[Worn] = []
    free: list[Worn] = []
    for *tag, is_on in await ask(db, SORTED, {"ticket_id": ticket_id}):
        (bears if is_on else free).append(Worn(*tag))
    return bears, free


async def by_id(db: AsyncSession, tag_id: UUID, *, for_update: bool = False, stays: bool = False) -> Tag:
    """One tag; refuses when this organisation has none of that id. `stays`: it cannot go before the work ends."""
    found = await maybe(db, tag_id, for_update=for_update, stays=stays)
    if found is None:
        raise TagNotFound
    return found


async def maybe(db: AsyncSession, tag_id: UUID, *, for_update: bool = False, stays: bool = False) -> Tag | None:
    """The same, and None when there is none."""
    chosen = select(Tag).where(Tag.id == tag_id)
    if for_update:
        chosen = chosen.with_for_update()
    elif stays:
        chosen = chosen.with_for_update(read=True, key_share=True)
    return await db.scalar(chosen)


async def name_is_taken(db: AsyncSession, folded: str, *, but: UUID | None = None) -> bool:
    """Whether another tag has this name."""
    owner = await db.scalar(select(Tag.id).where(Tag.name_folded == folded))
    return owner is not None and owner != but


async def names(db: AsyncSession, tag_ids: Collection[UUID], *, stay: bool = False) -> dict[UUID, str]:
    """Names of tags; unknown ids are left out, no ids ask nothing. `stay`: they cannot go before the work ends."""
    if not tag_ids:
        return {}
    chosen = select(Tag.id, Tag.name).where(among(Tag.id, set(tag_ids))).order_by(Tag.id)
    rows = await db.execute(chosen.with_for_update(read=True, key_share=True) if stay else chosen)
    return {tag_id: name for tag_id, name in rows}


WORN = (
    select(TicketTag.ticket_id, Tag.id, Tag.name, Tag.color)
    .join(Tag, (Tag.org_id == TicketTag.org_id) & (Tag.id == TicketTag.tag_id))
    .where(TicketTag.ticket_id == any_(bindparam("tickets", type_=ARRAY(TicketTag.ticket_id.type))))
    .order_by(Tag.name_folded)
)


async def worn_by(db: AsyncSession, ticket_ids: Collection[UUID]) -> dict[UUID, tuple[Worn, ...]]:
    """What each of these tickets bears, by name; tickets without a tag are left out, no tickets ask nothing."""
    if not ticket_ids:
        return {}
    rows = await ask(db, WORN, {"tickets": list(ticket_ids)})
    found: dict[UUID, list[Worn]] = {}
    for ticket_id, *tag in rows:
        found.setdefault(ticket_id, []).append(Worn(*tag))
    return {ticket_id: tuple(tags) for ticket_id, tags in found.items()}


async def count_of(db: AsyncSession, ticket_id: UUID) -> int:
    """How many tags a ticket bears."""
    return await db.scalar(select(func.count()).where(TicketTag.ticket_id == ticket_id)) or 0


def bears(ticket_id: Any, tag_id: UUID) -> ColumnElement[bool]:
    """Condition on a column of ticket ids: it bears this tag."""
    found: ColumnElement[bool] = ticket_id.in_(select(TicketTag.ticket_id).where(TicketTag.tag_id == tag_id))
    return found
