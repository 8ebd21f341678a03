"""Questions about dead letters of callbacks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import NotFound
from waypost.platform.rows import among
from waypost.sourcing.watching.figures.metrics import Letters
from waypost.sourcing.watching.letters.models import CallbackDeadLetter, ScraperLook

MOST, AT_ONCE = 10_000, 100


class NoSuchLetter(NotFound):
    """There is no such dead letter here."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page, and how many there are (up to 10,001)."""

    items: Sequence[CallbackDeadLetter]
    total: int


async def counted(db: AsyncSession, since: datetime) -> Letters:
    """Those that died since, whatever became of them."""
    kind = CallbackDeadLetter.kind
    asked = select(func.count().filter(kind == "complete"), func.count().filter(kind == "ingest")).where(
        CallbackDeadLetter.created_at >= since
    )
    complete, ingest = (await db.execute(asked)).one()
    return Letters(complete, ingest)


async def listed(
    db: AsyncSession, *, state: str | None = None, run_id: UUID | None = None, limit: int = 50, offset: int = 0
) -> Listed:
    """Newest first."""
    asked = select(CallbackDeadLetter)
    if state is not None:
        asked = asked.where(CallbackDeadLetter.state == state)
    if run_id is not None:
        asked = asked.where(CallbackDeadLetter.source_run_id == run_id)
    newest = asked.order_by(CallbackDeadLetter.created_at.desc(), CallbackDeadLetter.id.desc())
    items = (await db.scalars(newest.limit(limit).offset(offset))).all()
    few = asked.with_only_columns(CallbackDeadLetter.id).limit(MOST + 1).subquery()
    return Listed(items, (await db.execute(select(func.count()).select_from(few))).scalar_one())


async def by_id(db: AsyncSession, letter_id: UUID, *, for_update: bool = False) -> CallbackDeadLetter:
    """Refuses with `NoSuchLetter`."""
    asked = select(CallbackDeadLetter).where(CallbackDeadLetter.id == letter_id)
    found = await db.scalar(asked.with_for_update() if for_update else asked)
    if found is None:
        raise NoSuchLetter
    return found


async def pending(db: AsyncSession) -> int:
    """How many wait for somebody, counted to 10,001."""
    few = select(CallbackDeadLetter.id).where(CallbackDeadLetter.state == "pending").limit(MOST + 1).subquery()
    return (await db.execute(select(func.count()).select_from(few))).scalar_one()


async def last_look(db: AsyncSession) -> ScraperLook | None:
    """What the scraper said last; None before the first look."""
    found: ScraperLook | None = await db.scalar(select(ScraperLook))
    return found


async def runs_waiting(db: AsyncSession) -> list[UUID]:
    """Runs with something that waits, those that have waited longest first; at most a hundred."""
    column = CallbackDeadLetter.source_run_id
    asked = select(column).where(CallbackDeadLetter.state == "pending").group_by(column)
    return list(await db.scalars(asked.order_by(func.min(CallbackDeadLetter.created_at)).limit(AT_ONCE)))


async def pending_of(db: AsyncSession, event_ids: Sequence[str]) -> Sequence[CallbackDeadLetter]:
    """Those of these events that still wait, locked."""
    asked = select(CallbackDeadLetter).where(
        CallbackDeadLetter.state == "pending", among(CallbackDeadLetter.event_id, event_ids)
    )
    return (await db.scalars(asked.with_for_update())).all()
