"""The documented reading doors: one's own runs and nobody else's, every filter, sheets, sums, forensics."""

import csv
from collections.abc import AsyncIterator
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import httpx2
import pytest

from tests.cast import Player
from tests.fixtures import Product
from tests.sourcing.counted import counted
from tests.sourcing.reports.making import SOURCE, a_run, with_logs, with_offers
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.sourcing.reports import forensics
from waypost.sourcing.runs import queries as runs
from waypost.sourcing.sources.pausing import PauseTerms
from waypost.sourcing.wire.words import RunState

pytestmark = pytest.mark.anyio

HERE = "/api/job-sources"
OPS = "/api/ops/support"


@pytest.fixture
async def bob(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """An agent of Acme's."""
    async with product.visit(product.cast.bob, {"accept": "application/json"}) as client:
        yield client


async def arranged(product: Product, who: Player, *wishes: dict[str, Any]) -> list[UUID]:
    """Runs of one person; the first is the newest."""
    async with product.house.works.open(who.org_id, MACHINE) as work:
        made = [
            await a_run(work, who.person_id, **{"ago": timedelta(minutes=n), **wish}) for n, wish in enumerate(wishes)
        ]
        return [run.id for run in made]


async def got(client: httpx2.AsyncClient, path: str, **params: Any) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids_of(client: httpx2.AsyncClient, **params: Any) -> list[str]:
    return [item["id"] for item in (await got(client, f"{HERE}/runs", **params))["items"]]


FAILED: dict[str, Any] = {"status": "FAILED", "error": "[network] no route"}


async def test_the_list_holds_ones_own_newest_first(product: Product, bob: httpx2.AsyncClient) -> None:
    mine = await arranged(product, product.cast.bob, {}, FAILED)
    await arranged(product, product.cast.alice, {})
    await arranged(product, product.cast.mallory, {})
    told = await got(bob, f"{HERE}/runs")
    assert ([item["id"] for item in told["items"]], told["total"]) == ([str(each) for each in mine], 2)
    newest, failed = told["items"]
    assert newest["finalizedAt"] == newest["completedAt"]
    assert failed["failureType"] == "network"
    assert failed["story"]["phase"] == "failed"
    assert (failed["candidateOffers"], failed["silentFailure"]) == (0, False)


async def test_every_filter_is_honoured(product: Product, bob: httpx2.AsyncClient) -> None:
    first, failed, other, old = map(
        str,
        await arranged(
            product,
            product.cast.bob,
            {},
            FAILED,
            {"source": "pracuj-pl", "status": "FAILED", "failure": "timeout"},
            {"ago": timedelta(days=9)},
        ),
    )
    (retry,) = map(
        str, await arranged(product, product.cast.bob, {"ago": timedelta(hours=1), "retry_of_run_id": failed})
    )
    assert await ids_of(bob) == [first, failed, other, retry]
    assert await ids_of(bob, windowHours=720) == [first, failed, other, retry, old]
    assert await ids_of(bob, status="FAILED") == [failed, other]
    assert await ids_of(bob, source="pracuj-pl") == [other]
    assert await ids_of(bob, failureType="network") == [failed]
    assert await ids_of(bob, retriedFrom=failed) == [retry]
    assert await ids_of(bob, includeRetried="false") == [first, failed, other]
    assert await ids_of(bob, limit=2, offset=1) == [failed, other]


@pytest.mark.parametrize(
    "wrong",
    [{"limit": 101}, {"offset": 10_001}, {"status": "DONE"}, {"windowHours": 721}, {"retriedFrom": "x"}, {"odd": 1}],
)
async def test_what_does_not_fit_is_400(bob: httpx2.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await bob.get(f"{HERE}/runs", params=wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


async def test_a_list_counts_what_the_tables_hold(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id, total_found=9, scraped_count=4)
        await with_offers(work, run, [80, -30, None])
        await with_offers(work, run, [55], via="salvage")
    (item,) = (await got(bob, f"{HERE}/runs"))["items"]
    assert (item["candidateOffers"], item["linkedNotebookOffers"], item["usefulOfferCount"]) == (4, 4, 3)
    told = await got(bob, f"{HERE}/runs/{run.id}/diagnostics")
    assert told["usefulness"]["status"] == "useful"
    assert told["usefulness"]["hiddenByStrict"] == 1
    assert told["diagnostics"]["lossReasons"] == [
        "listing_to_candidate_drop",
        "candidate_to_match_drop",
        "hidden_by_strict_matching",
        "degraded_candidates_present",
    ]
    assert told["diagnostics"]["stageMetrics"]["fetch"]["pages"] == 0


async def test_a_foreign_run_does_not_exist(product: Product, bob: httpx2.AsyncClient) -> None:
    (hers,) = await arranged(product, product.cast.alice, {})
    (foreign,) = await arranged(product, product.cast.mallory, {})
    for run_id in (hers, foreign, new_id()):
        for path in ("", "/diagnostics", "/events", "/forensics"):
            assert (await bob.get(f"{HERE}/runs/{run_id}{path}")).status_code == 404
    async with product.visit(product.cast.alice, {"accept": "application/json"}) as alice:
        assert (await alice.get(f"{OPS}/scrape-runs/{foreign}")).status_code == 404
        assert (await alice.get(f"{OPS}/users/{product.cast.mallory.person_id}")).status_code == 404
        assert (await alice.get(f"{OPS}/correlate", params={"sourceRunId": str(foreign)})).json()["runs"] == []


async def test_the_sheet_has_the_documented_columns_and_no_formula(product: Product, bob: httpx2.AsyncClient) -> None:
    await arranged(product, product.cast.bob, {"status": "FAILED", "error": "=1+1", "listing_url": "@SUM(A1)"})
    answer = await bob.get(f"{HERE}/runs/export.csv", params={"limit": 9_999})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="scrape-runs.csv"' in answer.headers["content-disposition"]
    head, row = csv.reader(StringIO(answer.text))
    assert head[:4] == ["id", "source", "status", "failureType"]
    assert row[-2:] == ["'@SUM(A1)", "'=1+1"]


async def test_forensics_hold_all_three_streams(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id, **FAILED)
        await with_logs(work, run)
    told = await got(bob, f"{HERE}/runs/{run.id}/forensics")
    assert [len(told[name]) for name in ("executionEvents", "runEvents", "callbackEvents")] == [6, 2, 1]
    assert told["callbackEvents"][0]["payloadSummary"] == {"jobCount": 2}
    events = await got(bob, f"{HERE}/runs/{run.id}/events")
    assert ([each["eventType"] for each in events["items"]], events["total"]) == (
        ["callback_failed", "run_enqueued"],
        2,
    )
    said = await got(bob, f"{HERE}/runs/{run.id}/diagnostics")
    assert said["callbackAttempts"] == 2
    assert said["diagnostics"]["transportSummary"] == {
        "listingTransport": "http->browser",
        "browserFallbackUsed": True,
        "browserLaunchSucceeded": True,
        "fallbackReasons": ["script_drawn"],
    }
    assert said["diagnostics"]["browserSummary"]["launchDurationMs"] == 800
    assert {"stage": "listing_progress", "total": 5, "failed": 1, "warning": 1} in said["executionStages"]


async def test_operators_see_any_run_and_one_id_across_everything(product: Product) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id, **FAILED)
        await with_logs(work, run)
    async with product.visit(product.cast.alice, {"accept": "application/json"}) as alice:
        told = await got(alice, f"{OPS}/scrape-runs/{run.id}")
        assert told["signals"]["likelyFailureStage"] == "detail"
        assert told["callbackSummary"]["totalEvents"] == told["callbackSummary"]["failedEvents"] == 1
        assert told["callbackSummary"]["latestAcceptedRequestId"] == "req-2"
        for asked in ({"requestId": "req-1"}, {"traceId": str(run.trace_id)}, {"userId": str(run.user_id)}):
            found = await got(alice, f"{OPS}/correlate", **asked)
            assert [each["id"] for each in found["runs"]] == [str(run.id)]
            assert len(found["runEvents"]) == 2
        assert (await alice.get(f"{OPS}/correlate")).status_code == 400
        person = await got(alice, f"{OPS}/users/{run.user_id}")
        assert (person["user"]["name"], len(person["runs"])) == ("Bob", 1)
        sheet = await alice.get(f"{OPS}/scrape-runs/{run.id}/forensics/export.csv")
        rows = list(csv.reader(StringIO(sheet.text)))
    assert rows[0][:4] == ["stream", "id", "createdAt", "stageOrEvent"]
    assert (len(rows), rows[-1][8]) == (10, '\'=cmd|"/C calc"')


async def test_forensics_have_pages_and_the_sheet_has_every_line(
    product: Product, bob: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log is never cut: the newest lines come first, and a cursor leads on until each stream has ended."""
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id, **FAILED)
        await with_logs(work, run)
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        whole = await forensics.gathered(work.db, run)
        pages: list[forensics.Forensics] = []
        cursor = None
        while not pages or cursor:
            found = await forensics.gathered(work.db, run, cursor, most=2)
            pages, cursor = [*pages, found], found.following
        walked = [note.id async for note in forensics.walk(work.db, run.id, most=2)]
    assert [len(each.executions) for each in pages] == [2, 2, 2] and whole.following is None
    for name in ("executions", "events", "callbacks"):
        assert [one.id for page in pages for one in getattr(page, name)] == [one.id for one in getattr(whole, name)]
    assert len(walked) == 9 and set(walked) == {note.id for note in whole.notes()}
    monkeypatch.setattr(forensics.gathered, "__kwdefaults__", {"most": 4})
    first = await got(bob, f"{HERE}/runs/{run.id}/forensics")
    second = await got(bob, f"{HERE}/runs/{run.id}/forensics", cursor=first["nextCursor"])
    assert [len(told["executionEvents"]) for told in (first, second)] == [4, 2] and second["nextCursor"] is None
    assert (second["runEvents"], second["callbackEvents"]) == ([], []), "what ended does not begin again"
    for cursor in ("nonsense", "e30x", first["nextCursor"][:-3]):
        assert (await bob.get(f"{HERE}/runs/{run.id}/forensics", params={"cursor": cursor})).status_code == 400
    older = await got(bob, f"{HERE}/runs/{run.id}/events", limit=1, offset=1)
    assert ([each["eventType"] for each in older["items"]], older["total"]) == (["run_enqueued"], 2)


async def test_an_agent_is_no_operator(bob: httpx2.AsyncClient) -> None:
    for path in (f"scrape-runs/{new_id()}", f"scrape-runs/{new_id()}/forensics", f"users/{new_id()}", "correlate"):
        assert (await bob.get(f"{OPS}/{path}")).status_code == 403


async def test_the_summary_of_three_runs(product: Product, bob: httpx2.AsyncClient) -> None:
    """The documented example: usableRunRate 0.5, an average of 210 s."""
    wishes: list[dict[str, Any]] = [
        {"total_found": 5, "scraped_count": 5, "ago": timedelta(minutes=5)},
        {"status": "FAILED", "failure": "timeout", "ago": timedelta(minutes=5)},
        {"status": "RUNNING", "ago": timedelta(minutes=5)},
    ]
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        for wish, seconds in zip(wishes, (180, 240, 0), strict=True):
            run = await a_run(work, product.cast.bob.person_id, **wish)
            run.started_at = run.created_at - timedelta(seconds=seconds)
    told = await got(bob, f"{HERE}/runs/diagnostics/summary", includeTimeline=True, bucket="hour")
    assert told["status"] == {"total": 3, "pending": 0, "running": 1, "completed": 1, "failed": 1, "cancelled": 0}
    assert told["performance"]["usableRunRate"] == 0.5
    assert (told["performance"]["avgDurationMs"], told["performance"]["p95DurationMs"]) == (210_000, 240_000)
    assert told["performance"]["successRate"] == 0.3333
    assert told["failures"] == {"timeout": 1}
    assert sum(each["total"] for each in told["timeline"]) == 3
    assert all(each["bucketStart"].endswith(":00:00Z") for each in told["timeline"])


async def test_a_summary_is_kept_until_a_run_moves(product: Product, bob: httpx2.AsyncClient) -> None:
    """Whichever process answers: what was kept is told only while no run has begun, moved or ended since."""
    path = f"{HERE}/runs/diagnostics/summary"
    (first,) = await arranged(product, product.cast.bob, {"status": "RUNNING"})
    told = await got(bob, path)
    assert (told["status"]["running"], told["performance"]["avgUsefulOfferCount"]) == (1, None)
    with counted(product.house.shards.engine) as asked:
        assert await got(bob, path) == told
    assert len([one for one in asked if "job_source_runs" in one]) == 1
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await runs.by_id(work.db, first)
        run.status, run.finalized_at = RunState.COMPLETED, work.now
    assert (await got(bob, path))["status"] | {"total": 0} == dict.fromkeys(told["status"], 0) | {"completed": 1}
    await arranged(product, product.cast.bob, FAILED)
    assert (await got(bob, path))["status"]["total"] == 2
    await arranged(product, product.cast.alice, FAILED)
    assert (await got(bob, path))["status"]["total"] == 2


async def test_sources_are_told_by_quality(product: Product, bob: httpx2.AsyncClient) -> None:
    assert await got(bob, f"{HERE}/sources/health") | {"since": ""} == {
        "windowHours": 72,
        "since": "",
        "items": [],
        "total": 0,
    }
    failed = {"status": "FAILED", "outcome": "blocked_by_source"}
    await arranged(product, product.cast.alice, failed, failed, failed, {"source": "pracuj-pl", "scraped_count": 3})
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        await with_offers(work, await a_run(work, product.cast.bob.person_id, source="pracuj-pl"), [80, 70])
    fine, blocked = (await got(bob, f"{HERE}/sources/health"))["items"]
    assert (fine["source"], fine["pause"], fine["coverage"]["observed"]) == ("pracuj-pl", None, 2)
    assert fine["coverage"]["missingEmploymentTypeRate"] == 1.0
    assert (blocked["source"], blocked["recommendedAction"]) == (SOURCE, "wait")
    assert blocked["pause"]["pausedReason"] == "blocked_cluster"
    assert blocked["outcomes"] == {"blocked_by_source": 3}
    assert PauseTerms().threshold == blocked["pause"]["recentFailures"]


async def test_a_read_repairs_nothing(product: Product, bob: httpx2.AsyncClient) -> None:
    (stale,) = await arranged(product, product.cast.bob, {"status": "RUNNING", "ago": timedelta(days=2)})
    for path in ("runs", f"runs/{stale}", f"runs/{stale}/diagnostics", "runs/diagnostics/summary", "sources/health"):
        await got(bob, f"{HERE}/{path}")
    assert (await got(bob, f"{HERE}/runs/{stale}"))["status"] == "RUNNING"
