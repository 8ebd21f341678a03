"""Dead letters as the scraper tells of them: copies without bodies, replay, discard, a scraper that is away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from joserfc import jwt

from tests.fixtures import Product
from tests.sourcing.one_job import OneJob
from tests.sourcing.watching.far_side import Asked, FarSide, far_side
from tests.sourcing.watching.making import runs
from tests.wire.id_tokens import key
from waypost.platform.access import MACHINE
from waypost.platform.http import Trust, WayOut
from waypost.platform.ids import new_id
from waypost.platform.parts import Parts
from waypost.sourcing.runs import queries as run_queries
from waypost.sourcing.runs.terms import Handover
from waypost.sourcing.watching.alerts.settings import AlertSettings
from waypost.sourcing.watching.letters import queries
from waypost.sourcing.watching.letters.jobs import sourcing_look_at_scraper
from waypost.sourcing.watching.letters.line import ScraperLine
from waypost.sourcing.watching.letters.reading import entries, health
from waypost.sourcing.watching.opening import close, furnish_watching
from waypost.sourcing.wire.minting import ServiceAccount

pytestmark = pytest.mark.anyio

LIST, REPLAY = "GET /callbacks/dead-letters", "POST /callbacks/replay"
HEALTH = {
    "ok": True,
    "queue": {"queued": 2, "active": 1, "maxConcurrent": 1, "maxQueueSize": 20, "taskTimeoutMs": 180_000},
    "policy": {"queueProvider": "local"},
    "deadLetters": {"count": 2, "oldestAgeSec": 3_600},
    "draining": False,
    "lastTaskAt": "2026-11-22T09:00:00Z",
}


def letter(run_id: UUID, number: int = 1, kind: str = "complete", **said: Any) -> dict[str, Any]:
    """As the scraper lists it."""
    return {
        "id": number,
        "sourceRunId": str(run_id),
        "kind": kind,
        "eventId": f"event-{run_id}-{number}",
        "requestId": "req-1",
        "reason": "the API answered 503",
        "lastStatus": 503,
        "class": "transient",
        "attempts": 9,
        "createdAt": datetime.now(UTC).isoformat(),
        **said,
    }


@pytest.fixture
def scraper(product: Product) -> Iterator[FarSide]:
    """A scraper with an empty spool, known to the product."""
    before = product.house.parts.of(ScraperLine)
    with far_side() as side:
        side.answers = {"GET /health": (200, HEALTH), LIST: (200, {"items": [], "total": 0, "next": None})}

        async def header() -> str:
            return "Bearer tasks"

        out = WayOut(Trust.OPERATOR)
        product.house.parts.add(ScraperLine(f"{side.base}/tasks", out, out, header))
        yield side
    product.house.parts.add(before)


async def one_run(product: Product) -> UUID:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        (run_id,) = await runs(work, 1, "RUNNING")
    return run_id


async def look(product: Product) -> None:
    await sourcing_look_at_scraper(OneJob(product.house, product.cast.alice.org_id))


async def listed(product: Product) -> list[dict[str, Any]]:
    async with product.visit(product.cast.alice) as alice:
        found: list[dict[str, Any]] = (await alice.get("/api/ops/dead-letters")).json()["items"]
    return found


async def test_copies_are_kept_of_ones_own_runs_alone(product: Product, scraper: FarSide) -> None:
    mine = await one_run(product)
    scraper.answers[LIST] = (200, {"items": [letter(mine), letter(new_id(), 2)], "next": None})
    await look(product)
    (found,) = await listed(product)
    expected = {"sourceRunId": str(mine), "state": "pending", "class": "transient", "attempts": 9}
    assert expected.items() <= found.items()
    assert not {"body", "payload", "jobs"} & set(found)
    async with product.visit(product.cast.mallory) as mallory:
        assert (await mallory.get("/api/ops/dead-letters")).json()["items"] == []


async def test_a_second_look_changes_what_changed_and_settles_what_is_gone(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    scraper.answers[LIST] = (200, {"items": [letter(run_id)], "next": None})
    await look(product)
    scraper.answers[LIST] = (200, {"items": [letter(run_id, attempts=12)], "next": None})
    await look(product)
    assert [each["attempts"] for each in await listed(product)] == [12]
    scraper.answers[LIST] = (200, {"items": [], "next": None})
    await look(product)
    assert [each["state"] for each in await listed(product)] == ["sent"]


async def test_a_long_list_is_read_page_by_page(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    pages = {"0": ([letter(run_id, 1)], 1), "1": ([letter(run_id, 2)], None)}

    def page(asked: Asked) -> tuple[int, Any]:
        items, after = pages[asked.path.rpartition("after=")[2]]
        return 200, {"items": items, "next": after}

    scraper.answers[LIST] = page
    await look(product)
    assert len(await listed(product)) == 2


async def test_a_scraper_that_is_away_is_noted_and_its_letters_stay(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    scraper.answers[LIST] = (200, {"items": [letter(run_id)], "next": None})
    await look(product)
    scraper.answers = {}
    await look(product)
    async with product.visit(product.cast.alice) as alice:
        told = (await alice.get("/api/ops/dead-letters")).json()
        page = (await alice.get("/sourcing/worker", headers={"accept": "text/html"})).text
    assert told["scraper"]["reachable"] is False and [each["state"] for each in told["items"]] == ["pending"]
    assert "The scraper does not answer" in page and str(run_id)[:8] in page and "It last answered" in page


async def test_a_replay_shows_our_token_and_marks_what_was_sent(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    told = letter(run_id)
    scraper.answers[LIST] = (200, {"items": [told], "next": None})
    sent = {"ok": True, "total": 1, "sent": 1, "failed": 0, "entries": [told | {"result": "sent"}]}
    scraper.answers[REPLAY] = (200, sent)
    async with product.visit(product.cast.alice) as alice:
        answer = (await alice.post("/api/ops/scrape/callbacks/replay", json={})).json()
    assert (answer["total"], answer["sent"], answer["failed"]) == (1, 1, 0)
    asked = scraper.asked[-1]
    assert asked.headers["authorization"] == "Bearer tasks"
    assert asked.json == {"dryRun": False, "sourceRunId": str(run_id)}
    assert [each["state"] for each in await listed(product)] == ["sent"]
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        assert (await run_queries.by_id(work.db, run_id)).replayed


async def test_a_dry_run_marks_nothing(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    told = letter(run_id)
    scraper.answers[LIST] = (200, {"items": [told], "next": None})
    scraper.answers[REPLAY] = (200, {"ok": True, "total": 1, "sent": 0, "failed": 0, "dryRun": True, "entries": []})
    async with product.visit(product.cast.alice, {"accept": "text/html"}) as alice:
        page = await alice.post("/sourcing/worker/replays", data={"dry_run": "true"})
    assert page.status_code == 200 and "A replay would deliver 1." in page.text
    assert scraper.asked[-2].json["dryRun"] is True
    assert [each["state"] for each in await listed(product)] == ["pending"]


async def test_a_replay_takes_no_more_than_was_chosen(product: Product, scraper: FarSide) -> None:
    waiting = [letter(await one_run(product), number) for number in range(1, 4)]
    scraper.answers[LIST] = (200, {"items": waiting, "next": None})
    scraper.answers[REPLAY] = (200, {"ok": True, "total": 1, "sent": 1, "failed": 0, "entries": []})
    path, before = "/api/ops/scrape/callbacks/replay", len(scraper.asked)
    async with product.visit(product.cast.alice) as alice:
        misspelt = await alice.post(path, json={"dryrun": True})
        assert (misspelt.status_code, len(scraper.asked)) == (400, before), "it would have meant everything"
        told = (await alice.post(path, json={"limit": 2, "olderThanMinutes": 5, "class": "transient"})).json()
    asked = [each.json for each in scraper.asked if each.path == "/callbacks/replay"]
    assert (told["total"], [each["limit"] for each in asked]) == (2, [2, 1])
    assert {(each["olderThanMinutes"], each["class"]) for each in asked} == {(5, "transient")}


async def test_nobody_replays_the_runs_of_others(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    scraper.answers[LIST] = (200, {"items": [letter(run_id)], "next": None})
    async with product.visit(product.cast.mallory) as mallory:
        all_of_them = await mallory.post("/api/ops/scrape/callbacks/replay", json={})
        that_one = await mallory.post("/api/ops/scrape/callbacks/replay", json={"sourceRunId": str(run_id)})
    assert all_of_them.json()["total"] == 0 and that_one.status_code == 404
    assert REPLAY not in {f"{each.method} {each.path}" for each in scraper.asked}


async def test_a_discarded_letter_is_gone_on_both_sides(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    scraper.answers[LIST] = (200, {"items": [letter(run_id, 7)], "next": None})
    scraper.answers["POST /callbacks/dead-letters/7/discard"] = (200, {"ok": True})
    await look(product)
    (found,) = await listed(product)
    path = f"/api/ops/dead-letters/{found['id']}/discard"
    async with product.visit(product.cast.alice) as alice, product.visit(product.cast.mallory) as mallory:
        assert (await mallory.post(path, json={})).status_code == 404
        assert (await alice.post(path, json={})).json() == {"ok": True, "state": "discarded"}
        assert (await alice.post(path, json={})).status_code == 409


@pytest.mark.parametrize("status", [401, 500])
async def test_a_scraper_that_refuses_is_503(product: Product, scraper: FarSide, status: int) -> None:
    scraper.answers[LIST] = (status, {"error": "Unauthorized"})
    async with product.visit(product.cast.alice) as alice:
        answer = await alice.post("/api/ops/scrape/callbacks/replay", json={})
    assert answer.status_code == 503 and answer.json()["code"] in ("WORKER_REFUSED", "WORKER_UNREACHABLE")


async def test_without_a_scraper_it_is_503(product: Product) -> None:
    async with product.visit(product.cast.alice) as alice:
        answer = await alice.post("/api/ops/scrape/callbacks/replay", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "WORKER_NOT_CONFIGURED")


async def test_staff_may_look_nowhere_and_replay_nothing(product: Product, scraper: FarSide) -> None:
    async with product.visit(product.cast.bob) as bob:
        assert (await bob.post("/api/ops/scrape/callbacks/replay", json={})).status_code == 403
        assert (await bob.get("/sourcing/worker", headers={"accept": "text/html"})).status_code == 403
    assert scraper.asked == []


async def test_the_copies_count_in_the_figures(product: Product, scraper: FarSide) -> None:
    run_id = await one_run(product)
    items = [letter(run_id, 1), letter(run_id, 2, "ingest"), letter(run_id, 3, "ingest")]
    scraper.answers[LIST] = (200, {"items": items, "next": None})
    await look(product)
    async with product.visit(product.cast.alice) as alice:
        told = (await alice.get("/ops/metrics")).json()
    assert (told["callback"]["deadLetters24h"], told["ingest"]["incrementalDeadLetters24h"]) == (3, 2)
    assert told["alerts"]["callbackDeadLetters"] and told["alerts"]["incrementalIngestDeadLetters"]
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        assert await queries.pending(work.db) == 3


def test_what_a_newer_scraper_says_is_read_as_far_as_it_can_be() -> None:
    good = letter(new_id(), future={"a": 1})
    bad = [None, 7, {}, letter(new_id(), createdAt="yesterday"), letter(new_id()) | {"sourceRunId": "x"}]
    assert [each.kind for each in entries({"items": [good, *bad]})] == ["complete"]
    assert entries({"items": "none"}) == [] == entries({})
    assert health({}).queued == 0 and health(HEALTH).oldest_age == 3_600 and health({"queue": 7}).active == 0


async def test_under_cloud_tasks_a_key_makes_the_token_of_the_line() -> None:
    """A replay from outside Google's network has no machine that says who it is (sourcing.md 2.2)."""
    private = key("account").as_pem(private=True).decode()
    with far_side() as side:
        side.answers = {"POST /token": (200, {"id_token": "made"}), REPLAY: (200, {"ok": True})}
        account = ServiceAccount("caller@p.example", private, "account", f"{side.base}/token")
        to = Handover(task_url=f"{side.base}/tasks", service_account="caller@p.example", account=account, audience="x")
        parts = Parts()
        furnish_watching(parts, AlertSettings.model_validate({}), to)
        line = parts.of(ScraperLine)
        assert await line.replay({}) == {"ok": True}
        await close(parts)
    asked, replayed = side.asked
    assert replayed.headers["authorization"] == "Bearer made"
    claims = jwt.decode(parse_qs(asked.body.decode())["assertion"][0], key("account"), algorithms=["RS256"]).claims
    assert (claims["target_audience"], claims["iss"]) == ("x", "caller@p.example")
