"""Questions about callbacks."""

from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.wire.words import Kind


async def registered(db: AsyncSession, run_id: UUID, event_id: str) -> tuple[CallbackEvent | None, int]:
    """The event of a run that has this id, and the highest delivery of the run's end that was registered; 0 without
    one."""
    ends = aliased(CallbackEvent)
    told = select(func.max(ends.attempt_no)).where(ends.source_run_id == run_id, ends.kind == Kind.COMPLETE.value)
    highest = select(told.scalar_subquery().label("highest")).subquery()
    this = and_(CallbackEvent.source_run_id == run_id, CallbackEvent.event_id == event_id)
    found = (
        await db.execute(select(highest.c.highest, CallbackEvent).outerjoin_from(highest, CallbackEvent, this))
    ).one()
    return found[1], found[0] or 0
