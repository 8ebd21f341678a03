"""Questions about callbacks."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.callbacks.models import CallbackEvent
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
