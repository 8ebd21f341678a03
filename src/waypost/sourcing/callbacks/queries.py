"""Questions about callbacks."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.asking import ask
from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.wire.words import Kind

_FOUND: Any = (
    func.max(CallbackEvent.attempt_no).filter(CallbackEvent.kind == Kind.COMPLETE.value).label("highest"),
    func.count().filter(CallbackEvent.event_id == bindparam("event_id")).label("same"),
)
_OF_RUN: Select[Any] = select(*_FOUND).where(CallbackEvent.source_run_id == bindparam("run_id"))


async def registered(db: AsyncSession, run_id: UUID, event_id: str) -> tuple[CallbackEvent | None, int]:
    """The event of a run that has this id, and the highest delivery of the run's end that was registered; 0 without
    one. A new event, the common one, costs one statement; a repetition a second."""
    [told] = await ask(db, _OF_RUN, {"run_id": run_id, "event_id": event_id})
    this = CallbackEvent.source_run_id == run_id, CallbackEvent.event_id == event_id
    known = await db.scalar(select(CallbackEvent).where(*this)) if told.same else None
    return known, told.highest or 0
