"""The run pages: the list, one run in every state, its buttons and their refusals, a fixed number of questions."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from markupsafe import escape

from tests.fixtures import Product
from tests.sourcing.counted import counted
from tests.sourcing.reports.making import a_run, with_logs, with_offers
from waypost.platform.access import MACHINE
from waypost.sourcing.reports.story import NOT_BEGUN

pytestmark = pytest.mark.anyio

HERE = "/sourcing/runs"


@pytest.fixture
async def bob(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """An agent of Acme's with a browser."""
    async with product.visit(product.cast.bob, {"accept": "text/html"}) as client:
        yield client


async def page(client: httpx2.AsyncClient, path: str = HERE, status: int = 200) -> str:
    answer = await client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


async def test_an_empty_list_says_what_will_fill_it(bob: httpx2.AsyncClient) -> None:
    text = await page(bob)
    assert "No runs yet" in text
    assert "/sourcing/runs/new" in text


@pytest.mark.parametrize("code", NOT_BEGUN)
async def test_a_run_that_nobody_began_does_not_blame_its_source(
    product: Product, bob: httpx2.AsyncClient, code: str
) -> None:
    who = product.cast.bob
    wish: dict[str, Any] = {"status": "FAILED", "error": "[network] x", "failure": "network", "failure_code": code}
    async with product.house.works.open(who.org_id, MACHINE) as work:
        run = await a_run(work, who.person_id, **wish)
    text = await page(bob, f"{HERE}/{run.id}")
    assert escape(NOT_BEGUN[code]) in text and "could not be reached" not in text


STATES: list[tuple[dict[str, Any], str]] = [
    ({"status": "PENDING"}, "It waits for a scraper to take it."),
    ({"status": "RUNNING", "progress": {"phase": "detail_fetch", "pagesVisited": 7}}, "It runs: 0 offers of 0 links"),
    ({"status": "RUNNING", "ago": timedelta(hours=1)}, "was not heard of for 60 minutes"),
    ({"status": "COMPLETED", "outcome": "listing_empty"}, "The source offers nothing there now."),
    ({"status": "COMPLETED", "total_found": 9, "outcome": "detail_parse_gap"}, "not one offer could be read"),
    ({"status": "FAILED", "outcome": "blocked_by_source"}, "The source refused to be read."),
    ({"status": "FAILED", "error": "[timeout] run stale watchdog"}, "It took too long"),
    ({"status": "CANCELLED"}, "It was cancelled."),
]


@pytest.mark.parametrize(("wish", "sentence"), STATES)
async def test_every_state_has_its_sentence(
    product: Product, bob: httpx2.AsyncClient, wish: dict[str, Any], sentence: str
) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id, **wish)
        await with_logs(work, run)
    text = await page(bob, f"{HERE}/{run.id}")
    assert text.count(sentence) == 2
    assert ("hx-trigger" in text.split('id="run"')[1][:300]) is (run.status in ("PENDING", "RUNNING"))


async def test_a_run_shows_what_it_found_and_what_it_said(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(
            work,
            product.cast.bob.person_id,
            total_found=30,
            scraped_count=30,
            listing_url="https://it.pracuj.pl/praca?<script>",
            filters={"technologies": ["37"], "keywords": "<b>bold</b>"},
            diagnostics={"rejectedOfferReasons": {"missing_title": 2}, "relaxationTrail": ["salaryMin"]},
        )
        await with_offers(work, run, [80] * 30)
        await with_logs(work, run)
    text = await page(bob, f"{HERE}/{run.id}")
    assert "30 offers were found; 30 are new to you." in text
    assert "The first 25 of 30." in text
    assert "missing_title (2)" in text
    assert "<b>bold</b>" not in text
    assert "LISTING_FALLBACK_TRIGGERED" in text
    only = await page(bob, f"{HERE}/{run.id}?stream=execution&level=failed")
    assert "LISTING_BROWSER_NAVIGATION_FAILED" in only
    assert "LISTING_FALLBACK_TRIGGERED" not in only


async def test_it_asks_a_fixed_number_of_questions(product: Product, bob: httpx2.AsyncClient) -> None:
    async def asked(runs: int, offers: int) -> int:
        async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
            made = [await a_run(work, product.cast.bob.person_id) for _ in range(runs)]
            await with_offers(work, made[-1], [80] * offers)
            await with_logs(work, made[-1])
        with counted(product.house.shards.engine) as statements:
            await page(bob, f"{HERE}/{made[-1].id}")
        return len(statements)

    few = await asked(1, 1)
    assert await asked(45, 40) == few


async def test_the_list_goes_on_by_its_cursor(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        for minutes in range(45):
            await a_run(work, product.cast.bob.person_id, ago=timedelta(minutes=minutes))
    first = await page(bob)
    assert first.count('<li class="row') == 40
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert (await page(bob, older)).count('<li class="row') == 5
    assert (await bob.get(f"{HERE}?cursor=nonsense")).status_code == 422


async def test_foreign_runs_do_not_exist_and_operators_see_their_people(
    product: Product, bob: httpx2.AsyncClient
) -> None:
    async def made(who: Any) -> UUID:
        async with product.house.works.open(who.org_id, MACHINE) as work:
            return (await a_run(work, who.person_id, status="FAILED")).id

    cast = product.cast
    mine, hers, foreign = await made(cast.bob), await made(cast.alice), await made(cast.mallory)
    for run_id in (hers, foreign):
        await page(bob, f"{HERE}/{run_id}", 404)
        assert (await bob.post(f"{HERE}/{run_id}/retry")).status_code == 404
        assert (await bob.post(f"{HERE}/{run_id}/cancellation")).status_code == 404
    async with product.visit(cast.alice, {"accept": "text/html"}) as alice:
        text = await page(alice, f"{HERE}/{mine}")
        assert f"{HERE}/{mine}/retry" not in text
        assert str(mine) in await page(alice, f"{HERE}?who=all")
        assert str(mine) not in await page(alice)
        await page(alice, f"{HERE}/{foreign}", 404)
    assert str(hers) not in await page(bob, f"{HERE}?who=all")


async def test_a_refusal_stands_on_the_page(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id)
    retried = await bob.post(f"{HERE}/{run.id}/retry")
    assert (retried.status_code, "Only a run that failed can be retried" in retried.text) == (400, True)
    cancelled = await bob.post(f"{HERE}/{run.id}/cancellation")
    assert (cancelled.status_code, "has come to its end" in cancelled.text) == (409, True)


async def test_a_waiting_run_is_cancelled_from_its_page(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id, status="PENDING")
    answer = await bob.post(f"{HERE}/{run.id}/cancellation")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/{run.id}")
    assert "It was cancelled." in await page(bob, f"{HERE}/{run.id}")


async def test_the_middle_asks_for_itself_alone(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        run = await a_run(work, product.cast.bob.person_id, status="RUNNING")
    text = (await bob.get(f"{HERE}/{run.id}", headers={"hx-request": "true"})).text
    assert text.strip().startswith('<div class="stack" id="run"')
