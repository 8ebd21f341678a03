"""Questions about queues."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.ticketing.queues.models import Queue, QueueMembership

MOST = 500
"""Queues of one organisation; a list of them is shown whole."""


class QueueNotFound(NotFound):
    """Queue not found."""


@dataclass(frozen=True, slots=True)
class Line:
    """A queue with the people who look after it."""

    id: UUID
    name: str
    slug: str
    created_at: datetime
    archived_at: datetime | None
    people: tuple[UUID, ...]


EVERY = select(*Queue.__table__.c).order_by(Queue.created_at, Queue.id).limit(MOST)
IN_USE = EVERY.where(Queue.archived_at.is_(None))


async def every(db: AsyncSession, *, archived: bool = False) -> Sequence[Any]:
    """Queues in use (their columns), oldest first; with the archived ones when asked."""
    return await ask(db, EVERY if archived else IN_USE)


async def page(db: AsyncSession, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Queue]:
    """Queues in use, oldest first, by keyset (`created_at`, id)."""
    chosen = select(Queue).where(Queue.archived_at.is_(None)).order_by(Queue.created_at, Queue.id).limit(limit)
    return (await db.scalars(chosen.where(tuple_(Queue.created_at, Queue.id) > after) if after else chosen)).all()


async def names(db: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of queues, archived ones too; unknown ids are left out, no ids ask nothing."""
    if not ids:
        return {}
    rows = await db.execute(select(Queue.id, Queue.name).where(among(Queue.id, set(ids))))
    return {queue_id: name for queue_id, name in rows}


async def is_open(db: AsyncSession, queue_id: UUID) -> bool:
    """Whether tickets may be given to it: it is this organisation's and not archived."""
    chosen = select(Queue.id).where(Queue.id == queue_id, Queue.archived_at.is_(None))
    return await db.scalar(chosen) is not None


async def by_id(db: AsyncSession, queue_id: UUID, *, for_update: bool = False) -> Queue:
    """One queue; refuses when this organisation has none of that id."""
    chosen = select(Queue).where(Queue.id == queue_id)
    queue = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if queue is None:
        raise QueueNotFound
    return queue


async def slug_is_taken(db: AsyncSession, slug: str, *, but: UUID | None = None) -> bool:
    """Whether another queue, perhaps an archived one, has this slug."""
    owner = await db.scalar(select(Queue.id).where(Queue.slug == slug))
    return owner is not None and owner != but


async def people_of(db: AsyncSession, queue_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Who looks after which queue, longest first."""
    found: dict[UUID, list[UUID]] = {queue_id: [] for queue_id in queue_ids}
    rows = await db.execute(
        select(QueueMembership.queue_id, QueueMembership.user_id)
        .where(among(QueueMembership.queue_id, set(queue_ids)))
        .order_by(QueueMembership.created_at, QueueMembership.id)
    )
    for queue_id, person_id in rows:
        found[queue_id].append(person_id)
    return found


async def in_order(db: AsyncSession) -> list[Any]:
    """Every queue (its columns), those in use first."""
    return sorted(await every(db, archived=True), key=lambda queue: queue.archived_at is not None)


async def lines(db: AsyncSession, queues: Sequence[Any]) -> list[Line]:
    """These queues with their people."""
    people = await people_of(db, [queue.id for queue in queues])
    return [Line(q.id, q.name, q.slug, q.created_at, q.archived_at, tuple(people[q.id])) for q in queues]


async def queues_of(db: AsyncSession, person_id: UUID) -> list[UUID]:
    """The queues that a person looks after."""
    return list(await db.scalars(select(QueueMembership.queue_id).where(QueueMembership.user_id == person_id)))
