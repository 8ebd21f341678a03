"""The documented doors of runs, asked as programs ask them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from tests.cast import gather
from tests.conftest import Orgs
from tests.database import Logins
from tests.fixtures import Product, house_on
from waypost.main.house import House
from waypost.main.web import web_app
from waypost.platform.access import MACHINE
from waypost.platform.identity.founding import find_or_make
from waypost.platform.ids import new_id
from waypost.platform.jobs.pokes import send_through
from waypost.sourcing.runs.presence import be_here
from waypost.sourcing.runs.states import change
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.sources.actions import enable, permit
from waypost.sourcing.wire.words import RunState

pytestmark = pytest.mark.anyio

RUNS = "/api/job-sources"
OPS = {"authorization": "Bearer the clock's own token"}
WISH = {"source": "pracuj-pl-it", "listingUrl": "https://it.pracuj.pl/praca"}
KEYS = {
    *("ready", "blockers", "warnings", "source", "listingUrl", "acceptedFilters", "resolvedFromProfile"),
    *("activeRunCount", "dailyRemaining", "recommendedAction", "catalogEligibleCount", "catalogFreshUntil"),
    *("blockerDetails", "warningDetails", "guidance", "schedule", "sourceHealth"),
}


@pytest.fixture(scope="module")
async def whole(logins: Logins, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, FastAPI]]:
    """The product with a scraper that nobody asks: no worker runs."""
    named = {"WORKER_TASK_URL": "http://127.0.0.1:9/tasks", "OPS_INTERNAL_TOKEN": "the clock's own token"}
    built = house_on(logins, tmp_path_factory.mktemp("whole"), **named)
    app = web_app(built, loopback=True)
    yield built, app
    await app.state.identity.close()
    await built.close()
    send_through(None)


@pytest.fixture
async def product(whole: tuple[House, FastAPI], orgs: Orgs) -> Product:
    """With an enabled source in Acme."""
    house, app = whole
    made = Product(house, app, await gather(house.works, orgs, app.state.identity))
    async with house.works.open(orgs.acme, made.cast.alice.actor) as work:
        await permit(work, "pracuj-pl-it", "In writing.")
        await enable(work, "pracuj-pl-it")
    return made


async def ended(product: Product, run_id: str, status: RunState = RunState.FAILED) -> None:
    """What a callback would bring about."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await change(work.db, UUID(run_id), since=set(RunState), status=status)


async def test_scrape_retry_cancel(product: Product) -> None:
    async with product.visit(product.cast.alice, {"x-request-id": "wish-1"}) as alice:
        made = await alice.post(f"{RUNS}/scrape", json=WISH)
        assert made.status_code == 201 and made.json()["status"] == "accepted"
        run_id = made.json()["sourceRunId"]
        twice = await alice.post(f"{RUNS}/scrape", json=WISH)
        assert (twice.status_code, twice.json()["code"], twice.json()["retryable"]) == (429, "DUPLICATE_INTENT", True)
        told = twice.json()
        assert told["timestamp"] == told["meta"]["timestamp"] and datetime.fromisoformat(told["timestamp"]).tzinfo
        assert told["error"] == {"code": told["code"], "message": told["message"]} and told["meta"]["traceId"]
        assert int(twice.headers["retry-after"]) == 30
        await ended(product, run_id)
        retried = await alice.post(f"{RUNS}/runs/{run_id}/retry")
        assert retried.status_code == 201 and retried.json()["retriedFromRunId"] == run_id
        cancelled = await alice.post(f"{RUNS}/runs/{retried.json()['sourceRunId']}/cancel")
        assert cancelled.json()["status"] == "CANCELLED" and cancelled.status_code == 200
        again = await alice.post(f"{RUNS}/runs/{retried.json()['sourceRunId']}/cancel")
        assert (again.status_code, again.json()["code"]) == (409, "RUN_ALREADY_FINALIZED")


async def test_a_key_gives_the_first_answer_again(product: Product) -> None:
    async with product.visit(product.cast.alice, {"idempotency-key": "click-1"}) as alice:
        first, again = [await alice.post(f"{RUNS}/scrape", json=WISH) for _ in range(2)]
        assert again.json() == first.json() and again.status_code == 201
        other = await alice.post(f"{RUNS}/scrape", json=WISH | {"limit": 9})
        assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 0},
        {"limit": 101},
        {"source": "Pracuj PL"},
        {"careerProfileId": "no id"},
        {"unheardOf": 1},
        {"filters": {"unheardOf": 1}},
        {"filters": {"radiusKm": 500}},
        {"filters": {"salaryMin": 0}},
        {"filters": []},
        {"listingUrl": ""},
    ],
)
async def test_what_does_not_fit_is_400(product: Product, body: dict[str, Any]) -> None:
    async with product.visit(product.cast.alice) as alice:
        answer = await alice.post(f"{RUNS}/scrape", json=body)
        told = answer.json()
        assert (answer.status_code, told["status"], told["code"]) == (400, 400, "VALIDATION_ERROR")
        assert told["category"] == "validation" and not told["retryable"] and told["details"]


async def test_numbers_count_as_words_in_lists(product: Product) -> None:
    body = {"source": "pracuj-pl-it", "filters": {"technologies": [37, "9999"], "experienceLevels": ["1"]}}
    async with product.visit(product.cast.alice) as alice:
        told = (await alice.post(f"{RUNS}/scrape", json=body)).json()
    assert told["acceptedFilters"] == {"technologies": ["37"], "positionLevels": ["1"]}
    assert told["droppedFilters"] == {"technologies": ["9999"]}


async def test_a_viewer_may_look_before_but_not_start(product: Product) -> None:
    async with product.visit(product.cast.vera) as vera:
        assert (await vera.post(f"{RUNS}/scrape", json=WISH)).status_code == 403
        assert (await vera.get(f"{RUNS}/preflight", params=WISH)).status_code == 200


async def test_preflight_says_what_stands_in_the_way_and_writes_nothing(product: Product) -> None:
    async with product.visit(product.cast.alice) as alice:
        ready = (await alice.get(f"{RUNS}/preflight", params=WISH)).json()
        assert set(ready) >= KEYS and ready["ready"] and ready["recommendedAction"] == "scrape"
        assert (ready["activeRunCount"], ready["dailyRemaining"], ready["blockers"]) == (0, 40, [])
        assert set(ready["sourceHealth"]) >= {"paused", "pausedUntil", "failureMix", "windowRuns", "guidance"}
        assert set(ready["schedule"]) == {"enabled", "cron", "source", "limit", "nextRunAt", "lastRunStatus"}
        for limit in (1, 2):
            await alice.post(
                f"{RUNS}/scrape", json=WISH | {"limit": limit, "filters": {"workModes": ["hybrid"] * limit}}
            )
        asked = WISH | {"careerProfileId": str(new_id()), "filters": '{"workModes": ["moon"]}'}
        told = (await alice.get(f"{RUNS}/preflight", params=asked)).json()
        assert told["blockers"] == ["career-profile-not-ready", "active-run-limit"] and not told["ready"]
        assert [each["code"] for each in told["blockerDetails"]] == told["blockers"]
        assert all(each["href"].startswith("/sourcing/") for each in told["blockerDetails"])
        assert told["warnings"] == ["filters-relaxed-during-normalization"] and told["activeRunCount"] == 2
        other = (await alice.get(f"{RUNS}/preflight", params={"source": "pracuj-pl-general"})).json()
        assert "source-not-enabled" in other["blockers"] and other["recommendedAction"] == "blocked"
        elsewhere = {"source": "pracuj-pl-it", "listingUrl": "https://evil.example/"}
        assert "listing-url-unresolved" in (await alice.get(f"{RUNS}/preflight", params=elsewhere)).json()["blockers"]
        assert (await alice.get(f"{RUNS}/preflight", params={"filters": "{"})).status_code == 400
        assert (await alice.get(f"{RUNS}/preflight", params=WISH)).json()["activeRunCount"] == 2


async def test_an_operator_reconciles_one_run(product: Product) -> None:
    async with product.visit(product.cast.alice) as alice:
        run_id = (await alice.post(f"{RUNS}/scrape", json=WISH)).json()["sourceRunId"]
        door = f"/api/ops/scrape/runs/{run_id}/reconcile"
        assert (await alice.post(door)).json() == {
            "ok": True,
            "status": "PENDING",
            "reconciled": False,
            "reason": "not-stale",
        }
        async with product.visit(product.cast.bob) as bob, product.visit(product.cast.mallory) as mallory:
            assert (await bob.post(door)).status_code == 403
            assert (await mallory.post(door)).status_code == 404


async def test_the_broom_wants_the_token_of_the_installation(product: Product) -> None:
    door = "/api/ops/reconcile-stale-runs"
    house = product.house
    await find_or_make(house.works, "Default")
    await be_here(house.shards.engine, house.works.clock() - timedelta(seconds=1))
    async with product.visit() as stranger:
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic the clock's own token"}):
            assert (await stranger.post(door, headers=headers)).status_code == 403
        told = (await stranger.post(door, headers=OPS, params={"windowHours": 48})).json()
        assert set(told) == {"ok", "timestamp", "windowHours", "scanned", "reconciled", "failed", "reconciledInWindow"}
        assert told["ok"] and told["windowHours"] == 48
        assert (await stranger.post(door, headers=OPS, params={"windowHours": 169})).status_code == 400
    async with product.visit(product.cast.alice) as alice:
        assert (await alice.post(door)).status_code == 403, "a session opens no internal door"


async def test_without_a_scraper_the_run_stands_and_the_caller_is_told(product: Product) -> None:
    parts = product.house.parts
    terms = parts.of(RunTerms)
    parts.add(replace(terms, has_worker=False))
    try:
        async with product.visit(product.cast.alice) as alice:
            answer = await alice.post(f"{RUNS}/scrape", json=WISH)
            assert (answer.status_code, answer.json()["code"]) == (503, "WORKER_NOT_CONFIGURED")
            assert (await alice.get(f"{RUNS}/preflight", params=WISH)).json()["dailyRemaining"] == 39
    finally:
        parts.add(terms)
