"""Schedules come round: once each, whatever becomes of the run, and the run's end is told back."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.cast import enter
from tests.sourcing.one_job import OneJob
from tests.sourcing.schedules.planner import BASE, CLOCK, NAMED, Planner, enable
from waypost.platform.access import MACHINE, Role
from waypost.platform.identity import lookups
from waypost.platform.ids import new_id
from waypost.sourcing.runs.ending import End, finish
from waypost.sourcing.runs.models import Run, RunEnded
from waypost.sourcing.runs.queries import by_id
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.schedules.jobs import sync_schedule
from waypost.sourcing.schedules.models import ScheduleEvent
from waypost.sourcing.schedules.terms import ScheduleTerms
from waypost.sourcing.wire.words import RunState

pytestmark = pytest.mark.anyio


async def test_a_due_schedule_wishes_for_one_run(planner: Planner) -> None:
    await planner.add(limit=5)
    await planner.minute()
    assert await planner.runs() == []
    await planner.overdue()
    await planner.minute()
    await planner.minute()
    (run,) = await planner.runs()
    assert (run.mode, run.wanted, run.user_id, run.status) == ("scheduled", 5, planner.who.person_id, "PENDING")
    schedule = await planner.one()
    assert (schedule.last_run_status, schedule.last_run_id) == ("ENQUEUED", run.id)
    assert schedule.next_run_at and schedule.last_triggered_at and schedule.next_run_at > schedule.last_triggered_at
    assert await planner.events() == ["schedule_updated", "schedule_trigger_received", "schedule_enqueue_succeeded"]


async def test_two_clocks_at_once_run_it_once(planner: Planner) -> None:
    for name in ("a", "b"):
        await planner.add(name, filters={"keywords": name})
    await planner.overdue()
    await asyncio.gather(*[planner.minute() for _ in range(4)])
    assert len(await planner.runs()) == 2


async def test_a_wish_that_is_refused_still_moves_the_schedule_on(planner: Planner) -> None:
    for number in range(3):
        await planner.add(f"search {number}", filters={"keywords": f"w{number}"})
    await planner.overdue()
    await planner.minute()
    assert len(await planner.runs()) == 2
    lines = await planner.rows(ScheduleEvent, ScheduleEvent.event_type == "schedule_enqueue_failed")
    assert [(line.code, line.severity) for line in lines] == [("ACTIVE_RUN_LIMIT", "error")]
    await planner.minute()
    assert len(await planner.rows(ScheduleEvent, ScheduleEvent.event_type == "schedule_trigger_received")) == 3


async def test_a_paused_source_rests(planner: Planner) -> None:
    await planner.add()
    async with planner.product.house.works.open(planner.who.org_id, MACHINE) as work:
        for number in range(3):
            work.db.add(failed_run(work.now - timedelta(minutes=number + 1)))
    await planner.overdue()
    await planner.minute()
    schedule = await planner.one()
    assert (schedule.last_run_status, schedule.last_run_id) == ("ENQUEUE_FAILED", None)
    (line,) = await planner.rows(ScheduleEvent, ScheduleEvent.event_type == "schedule_enqueue_failed")
    assert line.code == "SOURCE_PAUSED"
    assert (await planner.told("POST", f"{BASE}/trigger-now"))["status"] == "accepted"


def failed_run(at: datetime) -> Run:
    """A run whose source blocked it."""
    stamps = {"created_at": at, "last_signal_at": at, "finalized_at": at}
    told = {"status": RunState.FAILED, "classified_outcome": "blocked_by_source", "failure_type": "network"}
    return Run(source_slug="pracuj-pl-it", intent_fingerprint="x", trace_id=new_id(), **stamps, **told)


@pytest.mark.parametrize(("end", "event"), [("COMPLETED", "schedule_run_completed"), ("FAILED", "schedule_run_failed")])
async def test_the_end_of_a_run_is_told_back(planner: Planner, end: str, event: str) -> None:
    await planner.add()
    await planner.overdue()
    await planner.minute()
    (run,) = await planner.runs()
    house, org = planner.product.house, planner.who.org_id
    async with house.works.open(org, MACHINE) as work:
        await finish(work, await by_id(work.db, run.id), End(status=RunState(end)))
    for _ in range(2):
        await sync_schedule(OneJob(house, org), RunEnded(run.id, end))
    schedule, well = await planner.one(), end == "COMPLETED"
    assert schedule.last_run_status == end
    assert (schedule.last_successful_run_id == run.id, schedule.last_failed_at is None) == (well, well)
    assert Counter(await planner.events())[event] == 1


async def test_by_hand(planner: Planner) -> None:
    assert (await planner.ask("POST", f"{BASE}/trigger-now")).json()["code"] == "SCHEDULE_NOT_ENABLED"
    first = await planner.add()
    answer = await planner.told("POST", f"{BASE}/trigger-now")
    (run,) = await planner.runs()
    assert (answer["sourceRunId"], run.mode) == (str(run.id), "manual")
    assert (await planner.one()).last_run_status == "ENQUEUED_MANUAL"
    again = await planner.ask("POST", f"{NAMED}/{first}/runs")
    assert (again.status_code, again.json()["code"]) == (429, "DUPLICATE_INTENT")
    assert (await planner.one()).last_run_status == "ENQUEUE_FAILED_MANUAL"


async def test_the_outside_clock(planner: Planner) -> None:
    trigger = f"{BASE}/trigger"
    for wrong in ({}, {"authorization": f"Bearer {CLOCK}x"}, {"authorization": CLOCK}):
        assert (await planner.ask("POST", trigger, **wrong)).status_code == 401
    answer = await planner.ask("POST", trigger, authorization=f"Bearer {CLOCK}")
    assert answer.status_code == 201
    assert set(answer.json()) == {"ok", "acceptedAt", "scanned", "triggered", "failed", "results"}


async def test_a_look_triggers_as_many_as_it_may(planner: Planner) -> None:
    for name in ("Welders", "Fitters"):
        await planner.add(name, filters={"keywords": name})
    await planner.overdue()
    parts = planner.product.house.parts
    terms = parts.of(ScheduleTerms)
    parts.add(replace(terms, batch=1))
    counts = []
    for _ in range(3):
        await planner.minute()
        counts.append(len(await planner.runs()))
    parts.add(terms)
    assert counts == [1, 2, 2]


async def test_the_outside_clock_means_the_organisation_of_the_environment(planner: Planner) -> None:
    product, org = planner.product, new_id()
    house = product.house
    async with lookups.catalogue(house.works.shards) as db:
        await lookups.make_organisation(db, f"Clockworks {org}", house.works.clock(), org=org)
    async with house.works.open(org, MACHINE) as work:
        clara = Planner(product, await enter(product.cast.desk, work, "Clara", Role.OWNER))
    await enable(product, org)
    for one in (planner, clara):
        await one.add()
        await one.overdue()
    terms = house.parts.of(RunTerms)
    house.parts.add(replace(terms, default_org=f"Clockworks {org}"))
    answer = await planner.ask("POST", f"{BASE}/trigger", authorization=f"Bearer {CLOCK}")
    house.parts.add(terms)
    (run,) = await clara.runs()
    line = {"userId": str(clara.who.person_id), "ok": True, "sourceRunId": str(run.id)}
    assert (answer.json()["scanned"], answer.json()["results"]) == (1, [line])
    assert await planner.runs() == []
