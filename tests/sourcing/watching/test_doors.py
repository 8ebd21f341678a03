"""Who may look: nobody but operators of the organisation; lists, files, health, the internal door."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from tests.fixtures import Product
from tests.sourcing.counted import counted
from tests.sourcing.watching.far_side import far_side
from tests.sourcing.watching.making import events, runs
from waypost.platform.access import MACHINE
from waypost.platform.identity import lookups
from waypost.platform.observe.tally import Tally
from waypost.platform.schema.migrate import head
from waypost.platform.web.app import UNLIMITED as ALWAYS
from waypost.platform.web.middleware.throttle import Throttle
from waypost.platform.web.route_map import doors
from waypost.sourcing.access import OPERATE, REPAIR, STEER
from waypost.sourcing.doors import UNLIMITED
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.watching.alerts.models import AlertEvent, AlertSample, AlertState
from waypost.sourcing.watching.health.checks import DiskFull, checks, demand_tables, share_used
from waypost.sourcing.watching.health.desk import HealthDesk
from waypost.sourcing.watching.objectives.flushing import flush, group_of
from waypost.sourcing.watching.terms import WatchTerms
from waypost.sourcing.watching.trail import overview as trail_overview

pytestmark = pytest.mark.anyio

LISTS = (
    "/api/ops/metrics",
    "/ops/metrics",
    "/api/ops/alerts",
    "/api/ops/slo",
    "/api/ops/scrape/callback-events",
    "/api/ops/scrape/callback-events/export.csv",
    "/api/ops/api-request-events",
    "/api/ops/authorization-events",
    "/api/ops/authorization-events/export.csv",
    "/api/ops/dead-letters",
    "/api/ops/support/overview",
)


@pytest.mark.parametrize("path", LISTS)
async def test_lists_are_for_operators_alone(product: Product, path: str) -> None:
    async with product.visit() as stranger, product.visit(product.cast.bob) as bob:
        assert (await stranger.get(path)).status_code == 401
        assert (await bob.get(path)).status_code == 403
    async with product.visit(product.cast.vera) as vera, product.visit(product.cast.alice) as alice:
        assert (await vera.get(path)).status_code == 403
        assert (await alice.get(path)).status_code == 200


async def test_the_overview_has_the_figures_and_the_newest_troubles(product: Product) -> None:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        failed = await runs(work, 12, "FAILED", failure_type="timeout")
        await events(work, failed[0], 2, "FAILED", payload={"failureType": "timeout"})
    async with product.visit(product.cast.alice) as alice:
        found = (await alice.get("/api/ops/support/overview", params={"windowHours": 24})).json()
    assert found["metrics"]["scrape"]["failedRuns"] == 12 == found["metrics"]["scrape"]["totalRuns"]
    assert [each["failureType"] for each in found["failedRuns"]] == ["timeout"] * 10
    assert len(found["failedCallbackEvents"]) == 2
    assert {name: found[name] for name in ("failedScheduleExecutions", "reminderFailures", "stageFailures")} == {
        "failedScheduleExecutions": [],
        "reminderFailures": [],
        "stageFailures": [],
    }


async def test_a_part_that_cannot_be_asked_is_empty_and_the_others_stand(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = text("select 1 / 0 as broken where cast(:since as timestamptz) is not null")
    monkeypatch.setattr(trail_overview, "PARTS", {**trail_overview.PARTS, "apiErrors": broken})
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await runs(work, 1, "FAILED", failure_type="timeout")
    async with product.visit(product.cast.alice) as alice:
        found = (await alice.get("/api/ops/support/overview")).json()
    assert (found["apiErrors"], len(found["failedRuns"]), found["stageFailures"]) == ([], 1, [])


async def test_every_door_of_operators_asks_for_a_key(product: Product) -> None:
    internal = {"/api/ops/dispatch-alerts", "/api/ops/reconcile-stale-runs"}
    ours = [door for door in doors(product.app) if door.path.startswith("/api/ops/") and door.path not in internal]
    assert len(ours) > 10
    open_ones = [door.path for door in ours if door.guard.needs is None or door.guard.public]
    assert open_ones == []


async def test_callback_events_are_filtered_paged_and_exported(product: Product) -> None:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        first, second = await runs(work, 2)
        await events(work, first, 3, payload_hash="=HYPERLINK(1)")
        await events(work, second, 2, "FAILED")
    path = "/api/ops/scrape/callback-events"
    async with product.visit(product.cast.alice) as alice:
        assert (await alice.get(path)).json()["total"] == 5
        failed = (await alice.get(path, params={"status": "FAILED"})).json()
        assert [each["status"] for each in failed["items"]] == ["FAILED"] * 2 and failed["total"] == 2
        mine = (await alice.get(path, params={"sourceRunId": str(first), "limit": 2, "offset": 2})).json()
        assert (len(mine["items"]), mine["total"], mine["limit"], mine["offset"]) == (1, 3, 2, 2)
        assert (await alice.get(path, params={"limit": 201})).status_code in (400, 422)
        file = await alice.get(f"{path}/export.csv")
    lines = file.text.splitlines()
    assert lines[0] == "id,sourceRunId,eventId,attemptNo,status,payloadHash,emittedAt,receivedAt" and len(lines) == 6
    assert "'=HYPERLINK(1)" in file.text and "callback-events.csv" in file.headers["content-disposition"]
    async with product.visit(product.cast.mallory) as mallory:
        assert (await mallory.get(path)).json()["items"] == []


async def test_refusals_and_decisions_are_kept_and_shown(product: Product) -> None:
    tally = product.house.parts.of(Tally)
    tally.take()
    async with product.visit(product.cast.bob, {"x-request-id": "bob-1"}) as bob:
        await bob.get("/ops/metrics")
    async with product.visit(product.cast.alice) as alice:
        await alice.get("/ops/metrics")
        await flush(product.house.works, tally)
        refused = (await alice.get("/api/ops/api-request-events", params={"requestId": "bob-1"})).json()["items"]
        decided = (await alice.get("/api/ops/authorization-events", params={"decision": "deny"})).json()["items"]
        allowed = (await alice.get("/api/ops/authorization-events", params={"decision": "allow"})).json()["items"]
        file = (await alice.get("/api/ops/authorization-events/export.csv")).text
    (line,) = refused
    said = (line["statusCode"], line["path"], line["level"], line["errorCode"])
    assert said == (403, "/ops/metrics", "warning", "FORBIDDEN")
    assert [(each["userId"], each["permission"]) for each in decided] == [(str(product.cast.bob.person_id), OPERATE)]
    assert str(product.cast.alice.person_id) in {each["userId"] for each in allowed}
    assert file.startswith("id,createdAt,userId,permission,decision") and "deny" in file
    async with product.visit(product.cast.mallory) as mallory:
        assert (await mallory.get("/api/ops/authorization-events", params={"decision": "deny"})).json()["items"] == []


async def test_what_was_answered_is_counted_for_its_organisation(product: Product) -> None:
    tally = product.house.parts.of(Tally)
    tally.take()
    async with product.visit(product.cast.alice) as alice:
        for _ in range(3):
            await alice.get("/ops/metrics")
        await flush(product.house.works, tally)
        found = (await alice.get("/api/ops/slo")).json()["slo"]
    assert found["apiAvailability"]["objective"] == 0.995 and found["apiAvailability"]["actual"] == 1.0
    assert found["apiAvailability"]["volume"] == 3 == found["latencyP95"]["volume"]
    async with product.visit(product.cast.mallory) as mallory:
        assert (await mallory.get("/api/ops/slo")).json()["slo"]["apiAvailability"]["volume"] == 0


async def test_what_cannot_be_written_is_kept(product: Product) -> None:
    tally = product.house.parts.of(Tally)
    tally.take()
    async with product.visit(product.cast.alice) as alice:
        await alice.get("/ops/metrics")
    before = sum(each.total for each in tally.bins.values())

    def away() -> datetime:
        raise OSError

    await flush(replace(product.house.works, clock=away), tally)
    assert sum(each.total for each in tally.bins.values()) == before > 0
    tally.take()


def test_machines_that_watch_are_nobodys_requests() -> None:
    assert [group_of(path) for path in ("/health/test", "/metrics", "/live", "/-/assets/x")] == [None] * 4
    assert group_of("/api/job-sources/runs/{run_id}/heartbeat") == "callbacks"
    groups = [group_of(path) for path in ("/api/ops/alerts", "/sourcing/runs", "/tickets")]
    assert groups == ["ops", "sourcing", "house"]


async def test_scrapers_clocks_and_operators_are_not_counted_with_strangers(product: Product) -> None:
    """Exempt are callbacks, the outside clock, operations and health; all other doors of sourcing are counted."""
    nobody: Any = None
    throttle = Throttle(nobody, nobody, nobody, (*ALWAYS, *UNLIMITED))
    paths = {door.path for door in doors(product.app)}
    inside = {path for path in paths if throttle._free(path)}
    runs_, here = "/api/job-sources/runs/{run_id}", "/api/job-sources"
    assert {f"{here}/complete", f"{runs_}/heartbeat", f"{runs_}/offers", f"{runs_}/offers/batch"} <= inside
    assert {f"{here}/schedule/trigger", "/api/ops/metrics", "/ops/metrics", "/health", "/health/test"} <= inside
    assert {f"{here}/scrape", f"{runs_}/retry", f"{here}/rematch-now", "/api/job-offers"} <= paths - inside


async def test_health_asks_nobody(product: Product) -> None:
    async with product.visit() as stranger:
        alive = await stranger.get("/health")
    assert alive.status_code == 200 and alive.json()["status"] == "ok"
    assert {"status", "version", "sha", "uptime", "checks"} <= set(alive.json())


async def test_readiness_asks_everybody(product: Product, owner: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
    house, answers = product.house, []
    for revision in (head(), "an older one"):
        await owner.execute("create table alembic_version (version_num text)")
        await owner.execute("grant select on alembic_version to waypost_app")
        await owner.execute("insert into alembic_version values (%s)", [revision])
        desk = HealthDesk(checks(house.shards.engine, house.settings.data, 1.0))
        told, is_ready = await desk.ready()
        await owner.execute("drop table alembic_version")
        assert [set(each) for each in told["checks"]] == [{"name", "state", "latencyMs", "reason"}] * 3
        answers.append((is_ready, {each["name"]: each["state"] for each in told["checks"]}))
    up = {"database": "up", "disk": "up", "schema": "up"}
    assert answers == [(True, up), (False, {**up, "schema": "down"})]


async def test_readiness_is_503_with_every_check_in_the_body(product: Product) -> None:
    async with product.visit() as stranger:
        ready = await stranger.get("/health/test")
    states = {each["name"]: each["state"] for each in ready.json()["checks"]}
    assert ready.status_code == 503 and states == {"database": "up", "disk": "up", "schema": "down"}


async def test_readiness_names_what_is_down(product: Product) -> None:
    house = product.house
    desk = HealthDesk(checks(house.shards.engine, house.settings.data / "not" / "there", 0.000_001))
    told, is_ready = await desk.ready()
    states = {each["name"]: (each["state"], each["reason"]) for each in told["checks"]}
    assert not is_ready and states["disk"] == ("down", DiskFull.__name__) and states["database"] == ("up", None)
    assert 0 < share_used(house.settings.data) < 1


async def test_the_required_tables_are_there(product: Product) -> None:
    assert await demand_tables(product.house.shards.engine, prod=True) == []


async def test_the_internal_door_wants_its_token(product: Product) -> None:
    parts, path = product.house.parts, "/api/ops/dispatch-alerts"
    before, terms = parts.of(RunTerms), parts.of(WatchTerms)
    async with product.visit(product.cast.alice) as alice:
        assert (await alice.post(path)).status_code == 403
        async with lookups.catalogue(product.house.works.shards) as db:
            name = f"Ours {datetime.now(UTC).timestamp()}"
            await lookups.make_organisation(db, name, datetime.now(UTC))
        parts.add(replace(before, ops_token=b"a token", default_org=name))
        wrong = {"authorization": "Bearer a tokem"}
        assert (await alice.post(path, headers=wrong)).status_code == 403
        right = await alice.post(path, headers={"authorization": "Bearer a token"})
    parts.add(before)
    parts.add(terms)
    assert right.status_code == 200 and right.json() == {"ok": True, "result": "no-active-alerts"}


async def test_pages_of_watching_answer_when_the_scraper_does_not(product: Product) -> None:
    html = {"accept": "text/html"}
    async with product.visit(product.cast.alice, html) as alice:
        for path in ("/sourcing/alerts", "/sourcing/slo", "/sourcing/worker"):
            answer = await alice.get(path)
            assert answer.status_code == 200, answer.text[:500]
        assert "No scraper is set up" in answer.text
    with far_side() as nothing:
        assert nothing.asked == []


MOST = {"/sourcing/alerts": 7, "/sourcing/slo": 8, "/sourcing/worker": 11}
"""Pages with the most questions they may ask, beside those that say who calls."""


async def test_pages_of_watching_ask_as_much_for_many_as_for_one(product: Product) -> None:
    asked = []
    for number in range(2):
        await more_of_everything(product, number)
        asked.append(await questions(product))
    assert asked[0] == asked[1]
    assert {path: count for path, count in asked[1].items() if count > MOST[path]} == {}


async def more_of_everything(product: Product, number: int) -> None:
    """Runs that work and that ended, reports of them, states of rules, what was told."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await runs(work, 5, "RUNNING", ago=0.1)
        failed, *_ = await runs(work, 5, "FAILED", failure_type="timeout")
        await events(work, failed, 5, "FAILED", payload={"failureType": "timeout"})
        for rule in ("drift", "zero_yield"):
            work.db.add(AlertState(rule=rule, subject=f"{number}", state="firing", value=0.5, fired_at=work.now))
            work.db.add(AlertSample(rule=rule, subject=f"{number}", at=work.now, value=0.5, volume=9, holds=True))
            told = {"notice": "firing", "payload_hash": "0", "status": "sent", "created_at": work.now}
            work.db.add(AlertEvent(alert_key=f"{rule}:{number}", **told))


async def questions(product: Product) -> dict[str, int]:
    """How much each page asks."""
    found = {}
    async with product.visit(product.cast.alice, {"accept": "text/html"}) as alice:
        for path in MOST:
            with counted(product.house.shards.engine) as statements:
                assert (await alice.get(path)).status_code == 200
            found[path] = len([one for one in statements if "identity_" not in one])
    return found


def test_the_keys_of_operators_are_not_those_of_staff() -> None:
    from waypost.platform.access import Role, keys_of

    assert {OPERATE, REPAIR, STEER} <= keys_of(Role.ADMIN) and not {OPERATE, REPAIR} & keys_of(Role.AGENT)
