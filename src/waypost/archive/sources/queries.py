"""Questions about sources."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.requests.models import ArchiveRequest, Closing, State
from waypost.archive.sources.models import KIND, Passage, Source
from waypost.platform.errors import NotFound
from waypost.platform.rows import among

MOST = 200
"""Sources of one organisation."""


class NoSuchSource(NotFound):
    """There is no such source."""


async def by_key(db: AsyncSession, key: str, *, lock: bool = False) -> Source:
    """The source of this key in the session's organisation; refuses with `NoSuchSource`."""
    chosen = select(Source).where(Source.key == key)
    found = await db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NoSuchSource
    return found


async def by_id(db: AsyncSession, source_id: UUID, *, lock: bool = False) -> Source:
    """The source; refuses with `NoSuchSource`. `lock` keeps others from changing it until the work ends."""
    chosen = select(Source).where(Source.id == source_id)
    found = await db.scalar(chosen.with_for_update() if lock else chosen)
    if found is None:
        raise NoSuchSource
    return found


async def id_of(db: AsyncSession, key: str) -> UUID | None:
    """Whose key this is; None when nobody's any more."""
    found: UUID | None = await db.scalar(select(Source.id).where(Source.key == key))
    return found


async def standing(db: AsyncSession) -> Sequence[Source]:
    """All sources, by name."""
    return (await db.scalars(select(Source).order_by(Source.name, Source.id).limit(MOST))).all()


async def to_compare(db: AsyncSession) -> Sequence[Source]:
    """Those that are compared with ours now and then."""
    return (await db.scalars(select(Source).where(Source.paused_at.is_(None)).order_by(Source.id).limit(MOST))).all()


async def passage(db: AsyncSession, request_id: UUID) -> Passage | None:
    """What was seen when this request passed the gate; None when it has not."""
    return await db.scalar(select(Passage).where(Passage.request_id == request_id))


async def unnoted(db: AsyncSession, key: str, closed: Sequence[tuple[str, datetime]]) -> set[str]:
    """Tickets, of these with when they were closed, whose closing nobody has told us of."""
    chosen = select(Closing.ref, Closing.closed_at).where(Closing.kind == KIND, Closing.source == key)
    found = await db.execute(chosen.where(among(Closing.ref, [ref for ref, _at in closed])))
    known = {(ref, at) for ref, at in found}
    return {ref for ref, at in closed if (ref, at) not in known}


async def held_back(db: AsyncSession, key: str, refs: Collection[str]) -> set[str]:
    """Tickets that need no further request: one is under way, or the newest failed and waits for a person."""
    newest = (
        select(ArchiveRequest.ref, ArchiveRequest.state)
        .where(ArchiveRequest.kind == KIND, ArchiveRequest.source == key, among(ArchiveRequest.ref, refs))
        .ext(distinct_on(ArchiveRequest.ref))
        .order_by(ArchiveRequest.ref, ArchiveRequest.id.desc())
    )
    done = (State.ARCHIVED, State.SKIPPED)
    return {ref for ref, state in await db.execute(newest) if state not in done}
