"""Questions about callbacks."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.offers.models import RunOffer
from waypost.sourcing.wire.words import Kind


async def event_named(db: AsyncSession, run_id: UUID, event_id: str) -> CallbackEvent | None:
    """The event of a run that has this id."""
    chosen = select(CallbackEvent).where(CallbackEvent.source_run_id == run_id, CallbackEvent.event_id == event_id)
    found: CallbackEvent | None = await db.scalar(chosen)
    return found


async def highest_attempt(db: AsyncSession, run_id: UUID) -> int:
    """The highest delivery of a run's end that was registered; 0 without one."""
    ends = CallbackEvent.source_run_id == run_id, CallbackEvent.kind == Kind.COMPLETE.value
    return await db.scalar(select(func.max(CallbackEvent.attempt_no)).where(*ends)) or 0


MOST = 10_000
"""Offers of one run that are linked at its end; a limit of 100 and six continuations stay far below."""


async def ids_of_run(db: AsyncSession, run_id: UUID) -> Sequence[UUID]:
    """The offers of a run."""
    return (await db.scalars(select(RunOffer.offer_id).where(RunOffer.run_id == run_id).limit(MOST))).all()
