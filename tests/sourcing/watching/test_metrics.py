"""The documented figures: every key, the documented ratios, null without volume, 503 instead of zeros."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import event, update

from tests.database import Logins
from tests.fixtures import ORIGIN, Product, house_on
from tests.sourcing.watching.making import events, observed, rejections, runs
from waypost.main.web import web_app
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_secret
from waypost.platform.jobs.pokes import send_through
from waypost.platform.work import Work
from waypost.sourcing.runs.models import Run
from waypost.sourcing.watching.figures.actions import count_hours
from waypost.sourcing.watching.figures.metrics import CATALOG, PROFILES, USER_OFFERS
from waypost.sourcing.watching.figures.queries import counts

pytestmark = pytest.mark.anyio

KEYS = {
    "queue": {"activeRuns", "pendingRuns", "runningRuns", "runningWithoutHeartbeat"},
    "scrape": {"totalRuns", "completedRuns", "failedRuns", "successRate"},
    "offers": set(USER_OFFERS),
    "careerProfiles": set(PROFILES),
    "catalog": set(CATALOG),
    "lifecycle": {"staleReconciledRuns", "retriesTriggered", "retrySuccessRate"},
    "callback": {
        *("totalEvents", "completedEvents", "failedEvents", "failedRate", "retryRate24h"),
        *("conflictingPayloadEvents24h", "deadLetters24h", "failuresByType", "failuresByCode", "deliveryFailureRatio"),
    },
    "ingest": {"incrementalDeadLetters24h"},
    "scheduler": {"lastTriggerAt", "dueSchedules", "enqueueFailures24h"},
    "alerts": {
        *("staleRuns", "callbackDeadLetters", "incrementalIngestDeadLetters", "sourceDegradation"),
        *("scheduleEnqueueFailures", "reminderDeliveryFailures", "careerProfileGenerationFailures"),
    },
}
MOST_STATEMENTS = 14
"""Of one look at everything, those that say who calls and begin the transaction among them."""


async def asked(product: Product, path: str = "/ops/metrics", **query: Any) -> dict[str, Any]:
    async with product.visit(product.cast.alice) as alice:
        answer = await alice.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def a_day(work: Work) -> None:
    """8 of 10 fresh runs complete, 3 of 4 retries, one run is silent, one is heard, two events are conflicts."""
    done = await runs(work, 5)
    await runs(work, 1, "FAILED", closed_by_watchdog=True)
    first = done[0]
    for status in ("COMPLETED", "COMPLETED", "COMPLETED", "FAILED"):
        await runs(work, 1, status, retry_of_run_id=first, mode="retry")
    await runs(work, 7, origin="reuse")
    await runs(work, 2, "CANCELLED")
    await runs(work, 1, "RUNNING", last_heartbeat_at=work.now - timedelta(seconds=121))
    await runs(work, 2, "RUNNING", last_heartbeat_at=work.now - timedelta(seconds=119))
    await runs(work, 1, "PENDING")
    await events(work, first, 18)
    await events(work, first, 2, "FAILED", attempt_no=2, payload={"failureType": "timeout", "failureCode": "SCRAPE_X"})
    await events(work, first, 5, "INGEST", kind="ingest")
    await rejections(work, first, 2, "CONFLICTING_EVENT_PAYLOAD")


@pytest.mark.parametrize("path", ["/ops/metrics", "/api/ops/metrics"])
async def test_every_documented_key_is_there_and_no_other(product: Product, path: str) -> None:
    found = await asked(product, path)
    assert found.pop("windowHours") == 72
    assert {part: set(values) for part, values in found.items()} == KEYS


async def test_without_volume_a_ratio_is_null(product: Product) -> None:
    found = await asked(product)
    ratios = [found["scrape"]["successRate"], found["lifecycle"]["retrySuccessRate"]]
    ratios += [found["callback"][key] for key in ("failedRate", "retryRate24h", "deliveryFailureRatio")]
    assert ratios == [None] * 5 and found["scrape"]["totalRuns"] == 0


async def test_the_figures_of_a_day(product: Product) -> None:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await a_day(work)
    found = await asked(product, windowHours=24)
    assert found["scrape"] == {"totalRuns": 23, "completedRuns": 15, "failedRuns": 2, "successRate": 0.8}
    assert found["lifecycle"] == {"staleReconciledRuns": 1, "retriesTriggered": 4, "retrySuccessRate": 0.75}
    assert found["queue"] == {"activeRuns": 4, "pendingRuns": 1, "runningRuns": 3, "runningWithoutHeartbeat": 1}
    callback = found["callback"]
    assert (callback["totalEvents"], callback["failedEvents"], callback["failedRate"]) == (20, 2, 0.1)
    assert (callback["retryRate24h"], callback["conflictingPayloadEvents24h"]) == (0.1, 2)
    assert callback["deliveryFailureRatio"] == round(2 / 27, 4)
    assert (callback["failuresByType"], callback["failuresByCode"]) == ({"timeout": 2}, {"SCRAPE_X": 2})
    assert found["alerts"]["staleRuns"] and not found["alerts"]["callbackDeadLetters"]


async def test_globex_sees_nothing_of_it(product: Product) -> None:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await a_day(work)
    async with product.visit(product.cast.mallory) as mallory:
        found = (await mallory.get("/ops/metrics")).json()
    assert found["scrape"]["totalRuns"] == found["queue"]["activeRuns"] == found["callback"]["totalEvents"] == 0


@pytest.mark.parametrize(("wanted", "got"), [(0, 1), (-5, 1), (1, 1), (168, 168), (169, 168), (100_000, 168)])
async def test_the_window_is_brought_within_its_bounds(product: Product, wanted: int, got: int) -> None:
    assert (await asked(product, windowHours=wanted))["windowHours"] == got


async def test_counted_hours_say_the_same_as_the_rows(product: Product) -> None:
    org = product.cast.alice.org_id
    async with product.house.works.open(org, MACHINE) as work:
        for ago in (0.2, 3, 30, 50, 71.9, 72.1, 200):
            await runs(work, 2, ago=ago)
            await observed(work, 2, ["company", "salary"], ago=ago)
        await runs(work, 3, "FAILED", ago=40)
        before = await counts(work.db, work.now - timedelta(hours=72), work.now)
        for _ in range(20):
            await count_hours(work)
        after = await counts(work.db, work.now - timedelta(hours=72), work.now)
    assert after.by == before.by and after.of("runs") == 13 and after.of("filled.salary") == 10


async def test_a_late_result_changes_the_hour_of_its_run(product: Product) -> None:
    org = product.cast.alice.org_id
    async with product.house.works.open(org, MACHINE) as work:
        (run_id,) = await runs(work, 1, "FAILED", ago=48, closed_by_watchdog=True)
        for _ in range(20):
            await count_hours(work)
        late = {"status": "COMPLETED", "finalized_at": work.now, "late_result_accepted_at": work.now}
        await work.db.execute(update(Run).where(Run.id == run_id).values(**late))
        await count_hours(work)
        found = await counts(work.db, work.now - timedelta(hours=72), work.now)
    assert (found.of("fresh.completed"), found.of("fresh.failed")) == (1, 0)


@pytest.mark.turns("metrics without a database", 1)
@pytest.mark.parametrize("path", ["/ops/metrics", "/api/ops/metrics"])
async def test_a_database_that_is_away_is_no_zero(logins: Logins, tmp_path: Path, path: str) -> None:
    nowhere = "postgresql+psycopg://nobody:nothing@127.0.0.1:1/nowhere?connect_timeout=1"
    house = house_on(replace(logins, app=nowhere, worker=nowhere), tmp_path)
    app = web_app(house, loopback=True)
    wire = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    known = {"cookie": f"oss_session={new_secret()}"}
    async with httpx2.AsyncClient(transport=wire, base_url=ORIGIN, headers=known) as client:
        answer = await client.get(path)
    await app.state.identity.close()
    await house.close()
    send_through(None)
    assert (answer.status_code, answer.json()["code"]) == (503, "METRICS_UNAVAILABLE")
    assert answer.json()["retryable"] and "scrape" not in answer.json()


async def test_the_number_of_statements_is_fixed(product: Product) -> None:
    with counted(product) as few:
        await asked(product)
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await a_day(work)
        await observed(work, 30, ["company"])
    with counted(product) as many:
        await asked(product)
    assert len(many) == len(few) <= MOST_STATEMENTS


@contextmanager
def counted(product: Product) -> Iterator[list[str]]:
    """What the app's engine is asked meanwhile."""
    statements: list[str] = []
    engine = product.house.shards.engine.sync_engine

    def note(*heard: object) -> None:
        statements.append(str(heard[2]))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
