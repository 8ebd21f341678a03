"""The catalogue's doors: list, one offer, CSV, summary; refusals; another organisation's offers do not exist."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from tests.fixtures import Product
from tests.sourcing.offers.making import SOURCE, begin_run, offer
from waypost.platform.access import MACHINE
from waypost.platform.ids import new_id
from waypost.sourcing.notebook.actions import link
from waypost.sourcing.offers import csv_rows
from waypost.sourcing.offers.actions import observe
from waypost.sourcing.offers.indexing import index

pytestmark = pytest.mark.anyio
THREE: tuple[dict[str, Any], ...] = ({}, {"title": "=cmd()", "salary": "100,50 EUR/h"}, {"is_expired": True})


@pytest.fixture
async def ids(product: Product) -> list[UUID]:
    """Three offers of Acme's, an hour apart; the oldest first."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        run = await begin_run(work)
        for number, named in enumerate(THREE):
            moment = work.now + timedelta(hours=number)
            await observe(work, SOURCE, [offer(number, **named)], run_id=run, via="detail", now=moment)
        found = [one for fact in work.told for one in getattr(fact, "offer_ids", ())]
        await index(work, found)
    return found


async def get(product: Product, path: str, who: Any = None) -> Any:
    """What Vera, who only looks, is told."""
    async with product.visit(who or product.cast.vera) as client:
        answer = await client.get(path)
    return answer.json() if "json" in answer.headers["content-type"] else answer.text


async def test_a_list_in_pages(product: Product, ids: list[UUID]) -> None:
    first = await get(product, "/api/catalog/offers?expired=yes&limit=2")
    assert [one["id"] for one in first["items"]] == [str(ids[2]), str(ids[1])]
    second = await get(product, f"/api/catalog/offers?expired=yes&limit=2&cursor={first['next_cursor']}")
    assert ([one["id"] for one in second["items"]], second["next_cursor"]) == ([str(ids[0])], None)
    assert "description" not in first["items"][0]


async def test_filters_of_an_address(product: Product, ids: list[UUID]) -> None:
    asked = "q=python&mode=remote&mode=hybrid&contract=uop&level=senior&technology=postgresql&place=Warszawa"
    more = f"company=kolej&source={SOURCE}&pay_from=15000&seen_hours=5&category=software-development"
    path = f"/api/catalog/offers?{asked}&{more}"
    assert [one["id"] for one in (await get(product, path))["items"]] == [str(ids[0])]


@pytest.mark.parametrize(
    "asked",
    ["seen_hours=x", "pay_from=-1", "currency=zloty", "expired=maybe", "cursor=garbage", "limit=0", "pay_from=²"],
)
async def test_what_cannot_be_read_is_refused(product: Product, asked: str) -> None:
    async with product.visit(product.cast.vera) as client:
        answer = await client.get(f"/api/catalog/offers?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (400, "VALIDATION_ERROR")


async def test_one_offer_with_its_history(product: Product, ids: list[UUID]) -> None:
    shown = await get(product, f"/api/catalog/offers/{ids[0]}")
    assert (shown["facets"]["workModes"], len(shown["observations"]), len(shown["runs"])) == (["remote"], 1, 1)
    assert shown["observations"][0]["filled"][:3] == ["title", "description", "company"]
    for path, who in ((ids[0], product.cast.mallory), (new_id(), product.cast.vera)):
        async with product.visit(who) as client:
            assert (await client.get(f"/api/catalog/offers/{path}")).status_code == 404


async def test_all_of_it_as_csv(product: Product, ids: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "STEP", 1)
    async with product.visit(product.cast.vera) as client:
        answer = await client.get("/api/catalog/offers.csv?expired=yes")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["id"] for row in rows] == [str(one) for one in reversed(ids)]
    assert (rows[1]["title"], rows[1]["salary_min"], rows[1]["work_modes"]) == ("'=cmd()", "100.5", "remote")
    assert tuple(rows[0]) == csv_rows.COLUMNS
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await get(product, "/api/catalog/offers.csv", product.cast.mallory)).count("\n") == 1


async def test_the_summary_is_for_operators(product: Product, ids: list[UUID]) -> None:
    shown = await get(product, "/api/ops/catalog/summary?windowHours=24", product.cast.alice)
    assert (shown["totals"]["offers"], shown["windowHours"], len(ids)) == (3, 24, 3)
    assert shown["ways"]["detail"] == 3 and shown["origins"]["SCRAPE"] == 0
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        for who, origin in ((product.cast.bob, "SCRAPE"), (product.cast.alice, "DB_REUSE")):
            await link(work, who.person_id, ids[:2], run_id=None, origin=origin, profile=None)
    shown = await get(product, "/api/ops/catalog/summary?windowHours=24", product.cast.alice)
    assert shown["origins"] == {"SCRAPE": 2, "DB_REUSE": 2, "CATALOG_REMATCH": 0, "PICKED": 0}
    async with product.visit(product.cast.bob) as client:
        assert (await client.get("/api/ops/catalog/summary")).status_code == 403
