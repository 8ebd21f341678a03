"""Questions about what was received and refused; documented lists with offsets, capped at 10,000."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.watching.trail.models import ApiRequestEvent, AuthorizationEvent

MOST, PACK = 10_000, 500
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page of a list."""

    items: Sequence[Row]
    total: int
    """Up to 10,001."""


async def callback_events(
    db: AsyncSession, *, status: str | None, run_id: UUID | None, limit: int, offset: int
) -> Paged[CallbackEvent]:
    """Newest first; `status` as the event says it, or its state in lower case."""
    newest = _of_events(status, run_id).order_by(CallbackEvent.received_at.desc(), CallbackEvent.id.desc())
    return await _paged(db, newest, limit, offset)


async def api_requests(
    db: AsyncSession, *, level: str | None, request_id: str | None, limit: int, offset: int
) -> Paged[ApiRequestEvent]:
    """Newest first."""
    asked = select(ApiRequestEvent)
    if level is not None:
        asked = asked.where(ApiRequestEvent.level == level)
    if request_id is not None:
        asked = asked.where(ApiRequestEvent.request_id == request_id)
    newest = asked.order_by(ApiRequestEvent.created_at.desc(), ApiRequestEvent.id.desc())
    return await _paged(db, newest, limit, offset)


async def authorizations(
    db: AsyncSession, *, decision: str | None, limit: int, offset: int
) -> Paged[AuthorizationEvent]:
    """Newest first."""
    newest = _of_decisions(decision).order_by(AuthorizationEvent.created_at.desc(), AuthorizationEvent.id.desc())
    return await _paged(db, newest, limit, offset)


async def _paged(db: AsyncSession, asked: Select[Any], limit: int, offset: int) -> Paged[Any]:
    items = (await db.scalars(asked.limit(limit).offset(offset))).all()
    few = asked.order_by(None).limit(MOST + 1).subquery()
    return Paged(items, (await db.execute(select(func.count()).select_from(few))).scalar_one())


async def walk_callback_events(
    db: AsyncSession, *, status: str | None, run_id: UUID | None
) -> AsyncIterator[Sequence[CallbackEvent]]:
    """All of them in packs, newest first; each pack begins where the last one ended."""
    asked = _of_events(status, run_id)
    async for pack in _walked(db, asked, CallbackEvent.received_at, CallbackEvent.id):
        yield pack


async def walk_authorizations(db: AsyncSession, *, decision: str | None) -> AsyncIterator[Sequence[AuthorizationEvent]]:
    """The same of decisions."""
    asked = _of_decisions(decision)
    async for pack in _walked(db, asked, AuthorizationEvent.created_at, AuthorizationEvent.id):
        yield pack


def _of_events(status: str | None, run_id: UUID | None) -> Select[Any]:
    asked = select(CallbackEvent)
    if status is not None:
        column = CallbackEvent.state if status.islower() else CallbackEvent.status
        asked = asked.where(column == status)
    return asked if run_id is None else asked.where(CallbackEvent.source_run_id == run_id)


def _of_decisions(decision: str | None) -> Select[Any]:
    asked = select(AuthorizationEvent)
    return asked if decision is None else asked.where(AuthorizationEvent.decision == decision)


async def _walked(
    db: AsyncSession, asked: Select[Any], at: InstrumentedAttribute[Any], id_: InstrumentedAttribute[Any]
) -> AsyncIterator[Sequence[Any]]:
    place: tuple[Any, Any] | None = None
    while True:
        here = asked if place is None else asked.where(tuple_(at, id_) < place)
        pack = (await db.scalars(here.order_by(at.desc(), id_.desc()).limit(PACK))).all()
        if pack:
            yield pack
        if len(pack) < PACK:
            return
        place = getattr(pack[-1], at.key), pack[-1].id
        db.expunge_all()
