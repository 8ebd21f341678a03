"""Completeness by its doors: the strip of days, one day, and asking for what is missing."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from tests.archive.completeness.closed import Desk
from tests.archive.evidence.logbook import Logbook, folder_of
from tests.fixtures import Product
from waypost.archive.completeness.actions import look, state
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.requests.models import ArchiveRequest

pytestmark = pytest.mark.anyio
HTML = {"accept": "text/html"}
NOW = datetime.now(UTC)
CLOSED = NOW.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
DAY = CLOSED.date()
HERE = f"/archives/completeness/{DAY}"


@pytest.fixture
def desk(product: Product) -> Desk:
    """Acme's, in the product."""
    keeper = product.house.parts.of(Keeper)
    log = Logbook(product.house.works, product.cast.alice.org_id, folder_of(keeper), tuple(keeper.notary.seeds))
    return Desk(log, count(1))


async def told(client: httpx2.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stated(desk: Desk) -> None:
    async with desk.log.work() as work:
        await state(work, DAY)
        await look(work)


async def test_nothing_was_closed_yet(product: Product) -> None:
    async with product.visit(product.cast.vera) as client:
        said = await told(client, "/archives/completeness")
        assert (said["days"], said["unarchived"], said["today"]["count"]) == ([], 0, 0)
        assert "No case was closed yet" in (await client.get("/archives/completeness", headers=HTML)).text
        assert (await client.get(HERE)).status_code == (await client.get(HERE, headers=HTML)).status_code == 404
        assert (await client.get(f"{HERE}/statement")).status_code == 404
        assert (await client.get("/archives/completeness/yesterday")).status_code == 422


async def test_a_day_with_a_gap(product: Product, desk: Desk) -> None:
    kept, missing = await desk.close(CLOSED), await desk.close(CLOSED + timedelta(minutes=1))
    await desk.close(CLOSED + timedelta(minutes=2), exempt="policy_never")
    record = await desk.keep(kept, CLOSED + timedelta(minutes=3))
    await stated(desk)
    async with product.visit(product.cast.vera) as client:
        said = await told(client, "/archives/completeness")
        day = await told(client, HERE)
        gaps = await told(client, f"{HERE}?gaps=1")
        items = await client.get(f"{HERE}/statement")
        strip = (await client.get("/archives/completeness", headers=HTML)).text
        page = (await client.get(HERE, headers=HTML)).text
        for path in ("/archives/completeness", HERE):
            alone = await client.get(path, headers=HTML | {"hx-request": "true"})
            assert alone.status_code == 200 and "<title>" not in alone.text and "means-danger" in alone.text
    assert said["unarchived"] == 1
    one = next(each for each in said["days"] if each["day"] == str(DAY))
    assert (one["count"], one["kept"], one["exempt"], one["gaps"]) == (3, 1, 1, 1)
    assert [each["outcome"] for each in day["closings"]] == ["kept", "gap", "exempt"]
    assert day["closings"][0]["record_id"] == str(record.id) and day["next_cursor"] is None
    assert [each["ref"] for each in gaps["closings"]] == [missing]
    assert sha256(items.content).hexdigest() == one["items_sha256"]
    assert f'href="{HERE}"' in strip and "gaps" in strip
    assert f'href="/archives/{record.id}"' in page and "policy_never" in page and "never asked for" in page


async def test_the_home_page_says_how_the_archive_stands(product: Product, desk: Desk) -> None:
    async with product.visit(product.cast.vera) as client:
        block = {**HTML, "hx-request": "true"}
        assert "Failed" not in (await client.get("/archives/today", headers=block)).text
        assert 'hx-get="/archives/today"' in (await client.get("/home", headers=HTML)).text
        await desk.close(CLOSED)
        await desk.keep(await desk.close(CLOSED), CLOSED + timedelta(minutes=1))
        await stated(desk)
        said = (await client.get("/archives/today", headers=block)).text
        page = (await client.get("/archives/today", headers=HTML)).text
    assert "2 cases were closed, 1 of them kept" in said and "1 missing" in said and f'href="{HERE}"' in said
    assert "<title>" in page and said.strip() in page
    async with product.visit(product.cast.mallory) as client:
        assert "were closed" not in (await client.get("/archives/today", headers=HTML)).text


async def test_what_is_missing_is_asked_for(product: Product, desk: Desk) -> None:
    missing = await desk.close(CLOSED)
    await stated(desk)
    async with product.visit(product.cast.vera) as client:
        assert (await client.post(f"{HERE}/requests", json={})).status_code == 403
    async with product.visit(product.cast.bob) as client:
        asked = await client.post(f"{HERE}/requests", json={})
        assert (asked.status_code, asked.json()) == (202, {"status": "accepted", "asked": 1})
        again = await client.post(f"{HERE}/requests", headers=HTML)
        assert (again.status_code, again.headers["location"]) == (303, f"{HERE}?gaps=1&asked=1")
        page = (await client.get(again.headers["location"], headers=HTML)).text
        assert "1 case was asked for" in page and "/archive-requests/" in page
    async with desk.log.work() as work:
        request = await work.db.scalar(select(ArchiveRequest))
        assert request is not None and (request.ref, request.forced) == (missing, True)
        assert request.reason == f"Missing in the statement of {DAY}"


async def test_long_days_come_in_pages(product: Product, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waypost.archive.completeness.showing.PAGE", 2)
    refs = [await desk.close(CLOSED) for _ in range(5)]
    seen, cursor = [], ""
    async with product.visit(product.cast.alice) as client:
        while True:
            page = (await client.get(HERE, params={"cursor": cursor} if cursor else {})).json()
            seen += [each["ref"] for each in page["closings"]]
            if not (cursor := page["next_cursor"]):
                break
        assert (await client.get(f"{HERE}?cursor=nonsense")).status_code == 422
    assert sorted(seen) == sorted(refs)


async def test_another_organisation_sees_nothing_of_it(product: Product, desk: Desk) -> None:
    await desk.close(CLOSED)
    await stated(desk)
    async with product.visit(product.cast.mallory) as client:
        assert (await client.get(HERE)).status_code == 404
        assert (await told(client, "/archives/completeness"))["days"] == []
        assert (await client.post(f"{HERE}/requests", json={})).status_code == 404


async def test_an_empty_day_has_a_statement_that_says_so(product: Product, desk: Desk) -> None:
    await stated(desk)
    async with product.visit(product.cast.vera) as client:
        said = await told(client, HERE)
        page = (await client.get(HERE, headers=HTML)).text
    assert (said["now"]["count"], said["statements"][0]["count"]) == (0, 0)
    assert "Nothing was closed on this day" in page
