"""Questions about schedules. A schedule belongs to a person; anybody else's does not exist for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.places import Place
from waypost.sourcing.schedules.models import MOST, ScheduleEvent, ScrapeSchedule
from waypost.sourcing.schedules.refusals import NoSuchSchedule

ORDER = (ScrapeSchedule.created_at, ScrapeSchedule.id)
SOON = timedelta(seconds=1)
"""What is due within a second is due."""


async def mine(db: AsyncSession, schedule_id: UUID, person: UUID | None, *, for_update: bool = False) -> ScrapeSchedule:
    """One schedule of this person; refuses with `NoSuchSchedule`."""
    chosen = select(ScrapeSchedule).where(ScrapeSchedule.id == schedule_id, ScrapeSchedule.user_id == person)
    found = await db.scalar(chosen.with_for_update() if for_update else chosen)
    if found is None:
        raise NoSuchSchedule
    return found


async def first_of(db: AsyncSession, person: UUID | None, *, for_update: bool = False) -> ScrapeSchedule | None:
    """The person's oldest schedule: the one that the documented single form speaks of."""
    chosen = select(ScrapeSchedule).where(ScrapeSchedule.user_id == person).order_by(*ORDER).limit(1)
    found: ScrapeSchedule | None = await db.scalar(chosen.with_for_update() if for_update else chosen)
    return found


async def of_person(db: AsyncSession, person: UUID | None) -> Sequence[ScrapeSchedule]:
    """All of a person's, the oldest first."""
    chosen = select(ScrapeSchedule).where(ScrapeSchedule.user_id == person).order_by(*ORDER).limit(MOST)
    return (await db.scalars(chosen)).all()


async def is_taken(db: AsyncSession, person: UUID, name: str, *, but: UUID | None = None) -> bool:
    """Whether another schedule of this person has the name."""
    chosen = select(ScrapeSchedule.id).where(ScrapeSchedule.user_id == person, ScrapeSchedule.name == name)
    return await db.scalar(chosen.where(ScrapeSchedule.id != but) if but else chosen) is not None


async def count_of(db: AsyncSession, person: UUID) -> int:
    """How many a person has."""
    chosen = select(func.count()).select_from(ScrapeSchedule).where(ScrapeSchedule.user_id == person)
    return await db.scalar(chosen) or 0


async def take_due(db: AsyncSession, now: datetime) -> ScrapeSchedule | None:
    """The longest overdue one, held until the work ends; those that somebody else holds are passed over."""
    due = ScrapeSchedule.enabled, ScrapeSchedule.next_run_at <= now + SOON
    chosen = select(ScrapeSchedule).where(*due).order_by(ScrapeSchedule.next_run_at, ScrapeSchedule.id).limit(1)
    found: ScrapeSchedule | None = await db.scalar(chosen.with_for_update(skip_locked=True))
    return found


async def by_last_run(db: AsyncSession, run_id: UUID) -> ScrapeSchedule | None:
    """The schedule whose latest run this is, held."""
    chosen = select(ScrapeSchedule).where(ScrapeSchedule.last_run_id == run_id).limit(1)
    found: ScrapeSchedule | None = await db.scalar(chosen.with_for_update())
    return found


async def events_of(
    db: AsyncSession, schedule_id: UUID, limit: int, *, before: Place | None = None
) -> Sequence[ScheduleEvent]:
    """A schedule's history, newest first, by keyset."""
    place = (ScheduleEvent.created_at, ScheduleEvent.id)
    chosen = select(ScheduleEvent).where(ScheduleEvent.schedule_id == schedule_id)
    if before is not None:
        chosen = chosen.where(tuple_(*place) < tuple_(*before))
    return (await db.scalars(chosen.order_by(*[each.desc() for each in place]).limit(limit))).all()


async def event_count(db: AsyncSession, schedule_id: UUID, most: int) -> int:
    """How many lines it has, counted up to `most`."""
    chosen = select(ScheduleEvent.id).where(ScheduleEvent.schedule_id == schedule_id).limit(most)
    return await db.scalar(select(func.count()).select_from(chosen.subquery())) or 0
