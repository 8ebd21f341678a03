"""Schedules for programs: the documented single form, several named ones, and the outside clock (sourcing.md 1.4)."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.web.answers import request_id_of
from waypost.platform.web.doors import Doors, Reads, Staged, Stages, Writes, works_of
from waypost.platform.work import Work
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.schedules import actions, queries, wire
from waypost.sourcing.schedules.firing import Fired, fire, fire_due
from waypost.sourcing.schedules.models import ScrapeSchedule
from waypost.sourcing.schedules.refusals import ClockNotConfigured, NothingEnabled, NotTheClock
from waypost.sourcing.schedules.terms import ScheduleTerms
from waypost.sourcing.schedules.typed import NamedPlan, Plan, PlanChange, planned
from waypost.sourcing.shape import shape
from waypost.sourcing.wire.tokens import bearer

api = Doors(shape=shape, tags=["sourcing schedules"])
Answer = dict[str, Any]
Few = Annotated[int, Query(ge=1, le=50)]
EVENTS = 12
COUNTED = 10_001
"""Lines of a history that `total` counts."""


@api.get("/api/job-sources/schedule", needs=READ)
async def schedule(work: Reads) -> Answer:
    """The caller's single schedule; disabled defaults where there is none."""
    return wire.single(await queries.first_of(work.db, work.actor.person_id))


@api.put("/api/job-sources/schedule", needs=RUN)
async def put_schedule(plan: Plan, work: Writes, request: Request) -> Answer:
    """Keep it; what cannot be a schedule is 400 and names the field."""
    return wire.single(await actions.put_first(work, plan, request_id=request_id_of(request)))


@api.get("/api/job-sources/schedule/events", needs=READ)
async def events(work: Reads, limit: Few = EVENTS) -> Answer:
    """Its history, newest first."""
    found = await queries.first_of(work.db, work.actor.person_id)
    return await _events(work, found.id, limit) if found else {"items": [], "total": 0}


@api.post("/api/job-sources/schedule/trigger-now", needs=RUN, status_code=201)
async def trigger_now(stages: Staged, request: Request) -> Answer:
    """Run it now; the answer of `scrape`. 400 where there is no enabled schedule."""
    async with stages.open() as work:
        found = await queries.first_of(work.db, work.actor.person_id, for_update=True)
        if found is None or not found.enabled:
            raise NothingEnabled
        fired = await fire(work, found, terms_of(request), by_hand=True, request_id=request_id_of(request))
    return answered(fired)


@api.post("/api/job-sources/schedule/trigger", public=True, foreign=True, status_code=201)
async def trigger(stages: Staged, request: Request) -> Answer:
    """The outside clock: what is due in the organisation of the environment (ruling 2). 503 unset, 401 wrong."""
    terms: ScheduleTerms = request.app.state.parts.of(ScheduleTerms)
    if terms.token is None:
        raise ClockNotConfigured
    if not terms.admits(bearer(request.headers.get("authorization", ""))):
        raise NotTheClock
    runs = terms_of(request)
    fired = await _all_due(stages, request, runs, terms.batch)
    bad = sum(one.refused is not None for one in fired)
    counts = {"scanned": len(fired), "triggered": len(fired) - bad, "failed": bad}
    now = works_of(request).clock().isoformat()
    return {"ok": True, "acceptedAt": now, **counts, "results": [one.told() for one in fired]}


@api.get("/sourcing/schedules", needs=READ)
async def schedules(work: Reads) -> Answer:
    """All of the caller's."""
    return {"items": [wire.named(one) for one in await queries.of_person(work.db, work.actor.person_id)]}


@api.post("/sourcing/schedules", needs=RUN, status_code=201)
async def add_schedule(plan: NamedPlan, work: Writes, request: Request) -> Answer:
    """One more."""
    return wire.named(await actions.add(work, plan, request_id=request_id_of(request)))


@api.get("/sourcing/schedules/{schedule_id}", needs=READ)
async def one_schedule(schedule_id: UUID, work: Reads) -> Answer:
    """One of them."""
    return wire.named(await queries.mine(work.db, schedule_id, work.actor.person_id))


@api.patch("/sourcing/schedules/{schedule_id}", needs=RUN)
async def change_schedule(schedule_id: UUID, said: PlanChange, work: Writes, request: Request) -> Answer:
    """What is not named stays."""
    found = await _held(work, schedule_id)
    plan = planned(said.onto(wire.standing(found)))
    return wire.named(await actions.change(work, found, plan, request_id=request_id_of(request)))


@api.delete("/sourcing/schedules/{schedule_id}", needs=RUN, status_code=204)
async def remove_schedule(schedule_id: UUID, work: Writes) -> None:
    """Gone; its runs and its history stay."""
    await actions.remove(work, await _held(work, schedule_id))


@api.get("/sourcing/schedules/{schedule_id}/events", needs=READ)
async def schedule_events(schedule_id: UUID, work: Reads, limit: Few = EVENTS) -> Answer:
    """The history of one, newest first."""
    found = await queries.mine(work.db, schedule_id, work.actor.person_id)
    return await _events(work, found.id, limit)


@api.post("/sourcing/schedules/{schedule_id}/runs", needs=RUN, status_code=201)
async def run_schedule(schedule_id: UUID, stages: Staged, request: Request) -> Answer:
    """Run it now, whether it is enabled or not; the answer of `scrape`."""
    async with stages.open() as work:
        found = await _held(work, schedule_id)
        fired = await fire(work, found, terms_of(request), by_hand=True, request_id=request_id_of(request))
    return answered(fired)


def answered(fired: Fired) -> Answer:
    """The documented answer, or the refusal that was written down first."""
    if fired.refused is not None:
        raise fired.refused
    return fired.enqueued.answer() if fired.enqueued else {}


def terms_of(request: Request) -> RunTerms:
    """The part."""
    terms: RunTerms = request.app.state.parts.of(RunTerms)
    return terms


async def _held(work: Work, schedule_id: UUID) -> ScrapeSchedule:
    return await queries.mine(work.db, schedule_id, work.actor.person_id, for_update=True)


async def _events(work: Work, schedule_id: UUID, limit: int) -> Answer:
    found = await queries.events_of(work.db, schedule_id, limit)
    total = await queries.event_count(work.db, schedule_id, COUNTED)
    return {"items": [wire.event(each) for each in found], "total": total}


async def _all_due(stages: Stages, request: Request, runs: RunTerms, batch: int) -> list[Fired]:
    """Each in a work of its own, so that one that fails takes no other with it."""
    async with lookups.catalogue(works_of(request).shards) as db:
        org = await lookups.organisation_named(db, runs.default_org)
    fired: list[Fired] = []
    while org is not None and len(fired) < batch:
        async with stages.open(org, MACHINE) as work:
            one = await fire_due(work, runs)
        if one is None:
            break
        fired.append(one)
    return fired
