"""Requests of a release: those that read a case in which a person has a part, and never made a record of it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.archive.keeping.models import ItemState, ReleaseWish
from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.ids import new_id
from waypost.platform.rows import among, insert_missing
from waypost.platform.work import Work

SHOWN = 100


async def add(work: Work, release_id: UUID, request_ids: Collection[UUID]) -> None:
    """Put them on the list; once each."""
    rows = [
        {"id": new_id(), "release_id": release_id, "request_id": one, "state": ItemState.WAITING.value}
        for one in request_ids
    ]
    await insert_missing(work.db, ReleaseWish, rows)


async def by_id(db: AsyncSession, item_id: UUID, *, for_update: bool = False) -> ReleaseWish | None:
    """One request of a list."""
    chosen = select(ReleaseWish).where(ReleaseWish.id == item_id)
    found: ReleaseWish | None = await db.scalar(chosen.with_for_update() if for_update else chosen)
    return found


async def waiting(db: AsyncSession, release_id: UUID, limit: int) -> Sequence[ReleaseWish]:
    """Those of which nothing has become yet."""
    chosen = select(ReleaseWish).where(ReleaseWish.release_id == release_id, ReleaseWish.ended_at.is_(None))
    return (await db.scalars(chosen.order_by(ReleaseWish.id).limit(limit))).all()


async def counted(db: AsyncSession, release_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many requests stand on some lists."""
    chosen = select(ReleaseWish.release_id, func.count()).where(among(ReleaseWish.release_id, list(release_ids)))
    return {release_id: count for release_id, count in await db.execute(chosen.group_by(ReleaseWish.release_id))}


async def shown(db: AsyncSession, release_id: UUID) -> list[tuple[ReleaseWish, ArchiveRequest]]:
    """The first of them: (ReleaseWish, ArchiveRequest)."""
    joined = (ArchiveRequest.org_id == ReleaseWish.org_id) & (ArchiveRequest.id == ReleaseWish.request_id)
    chosen = select(ReleaseWish, ArchiveRequest).join(ArchiveRequest, joined)
    found = await db.execute(chosen.where(ReleaseWish.release_id == release_id).order_by(ReleaseWish.id).limit(SHOWN))
    return [(item, request) for item, request in found]
