"""Verbs of schedules: keep one, change it, take it away, say whether it goes."""

from typing import Any
from uuid import UUID

from waypost.platform.ids import new_id
from waypost.platform.work import Work
from waypost.sourcing.notebook.queries import profile_ready
from waypost.sourcing.schedules import queries
from waypost.sourcing.schedules.events import note
from waypost.sourcing.schedules.models import MOST, ScrapeSchedule
from waypost.sourcing.schedules.refusals import BadSchedule, NameTaken, TooManySchedules
from waypost.sourcing.schedules.rhythm import Rhythm
from waypost.sourcing.schedules.typed import NamedPlan, Plan
from waypost.sourcing.sources.queries import NoSuchSource, by_key

FIRST = "Schedule"
"""Name of the one that the documented single form makes."""
UPDATED = "schedule_updated"
PERSONAL = "a schedule belongs to a person"


async def put_first(work: Work, plan: Plan, *, request_id: str | None = None) -> ScrapeSchedule:
    """Keep the person's single schedule, as documented: the first they have, made where there is none."""
    standing = await queries.first_of(work.db, work.actor.person_id, for_update=True)
    if standing is None:
        return await add(work, NamedPlan(name=FIRST, **plan.model_dump()), request_id=request_id)
    return await change(work, standing, plan, request_id=request_id)


async def add(work: Work, plan: NamedPlan, *, request_id: str | None = None) -> ScrapeSchedule:
    """A new schedule. Refuses `BadSchedule` (400), `NameTaken`, `TooManySchedules`."""
    person = work.actor.person_id
    assert person is not None, PERSONAL
    await _check(work, plan)
    await _refuse_taken(work, person, plan.name)
    if await queries.count_of(work.db, person) >= MOST:
        raise TooManySchedules
    schedule = ScrapeSchedule(
        id=new_id(),
        user_id=person,
        name=plan.name,
        next_run_at=_next(plan, work),
        created_at=work.now,
        updated_at=work.now,
        **plan.columns(),
    )
    work.db.add(schedule)
    await work.db.flush()
    _told(work, schedule, request_id)
    return schedule


async def change(work: Work, schedule: ScrapeSchedule, plan: Plan, *, request_id: str | None = None) -> ScrapeSchedule:
    """Another plan for a schedule, which is held. Refuses `BadSchedule` (400) and `NameTaken`."""
    await _check(work, plan)
    if isinstance(plan, NamedPlan):
        await _refuse_taken(work, schedule.user_id, plan.name, but=schedule.id)
        schedule.name = plan.name
    before = (schedule.enabled, schedule.cron, schedule.timezone)
    for name, value in plan.columns().items():
        setattr(schedule, name, value)
    if before != (schedule.enabled, schedule.cron, schedule.timezone) or schedule.next_run_at is None:
        schedule.next_run_at = _next(plan, work)
    schedule.updated_at = work.now
    _told(work, schedule, request_id)
    return schedule


async def switch(work: Work, schedule: ScrapeSchedule, *, on: bool) -> None:
    """Let it go, or pause it; it goes on at its next time, and never makes up for what it missed."""
    if schedule.enabled != on:
        schedule.enabled = on
        rhythm = Rhythm.of(schedule.cron, schedule.timezone)
        schedule.next_run_at = rhythm.after(work.now) if on else None
        schedule.updated_at = work.now
        _told(work, schedule, None)


async def remove(work: Work, schedule: ScrapeSchedule) -> None:
    """It is gone; its runs and its history stay."""
    note(work, schedule, UPDATED, code="REMOVED", message=schedule.name)
    await work.db.flush()
    await work.db.delete(schedule)


async def _check(work: Work, plan: Plan) -> None:
    plan.rhythm()
    try:
        await by_key(work.db, plan.source)
    except NoSuchSource:
        raise BadSchedule("source", "there is no source of this name") from None
    person, profile = work.actor.person_id, plan.career_profile_id
    if profile is not None and (person is None or await profile_ready(work.db, person, profile) is None):
        raise BadSchedule("careerProfileId", "this search profile does not exist, or is not ready yet")


async def _refuse_taken(work: Work, person: UUID, name: str, *, but: UUID | None = None) -> None:
    if await queries.is_taken(work.db, person, name, but=but):
        raise NameTaken(
            errors=[{"loc": ["body", "name"], "field": "name", "msg": "choose another name", "type": "value"}]
        )


def _next(plan: Plan, work: Work) -> Any:
    return plan.rhythm().after(work.now) if plan.enabled else None


def _told(work: Work, schedule: ScrapeSchedule, request_id: str | None) -> None:
    meta = {"enabled": schedule.enabled, "cron": schedule.cron, "timezone": schedule.timezone}
    note(work, schedule, UPDATED, request_id=request_id, meta=meta)
