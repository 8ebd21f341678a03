"""The form of a new run: a source's own filters, a look before that writes nothing, the start, its refusals."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import func, select

from tests.fixtures import Product
from tests.sourcing.reports.making import SOURCE, a_run
from waypost.platform.access import MACHINE
from waypost.sourcing.runs.models import Run
from waypost.sourcing.sources import actions
from waypost.sourcing.sources.controls import controls_of
from waypost.sourcing.sources.shipped import SHIPPED

pytestmark = pytest.mark.anyio

HERE = "/sourcing/runs"


@pytest.fixture
async def bob(product: Product) -> AsyncIterator[httpx2.AsyncClient]:
    """An agent of Acme's with a browser."""
    async with product.visit(product.cast.bob, {"accept": "text/html"}) as client:
        yield client


async def opened(product: Product) -> None:
    """Acme may ask the IT board."""
    async with product.house.works.open(product.cast.alice.org_id, product.cast.alice.actor) as work:
        await actions.permit(work, SOURCE, "Their terms allow it.")
        await actions.enable(work, SOURCE)


async def number_of_runs(product: Product) -> int:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE, reads=True) as work:
        return await work.db.scalar(select(func.count()).select_from(Run)) or 0


def test_each_site_has_its_own_filters() -> None:
    it, general = (controls_of(SHIPPED[key]) for key in ("pracuj-pl-it", "pracuj-pl-general"))
    names = [{control.name for control in each} for each in (it, general)]
    assert "technologies" in names[0] - names[1]
    assert "categories" in names[1] - names[0]
    kinds = {control.name: control.kind for control in it}
    assert (kinds["workModes"], kinds["salaryMin"], kinds["keywords"]) == ("many", "number", "text")
    assert (kinds["publishedWithinDays"], kinds["noPolishRequired"]) == ("one", "flag")


async def test_without_an_open_source_the_form_says_what_to_do(bob: httpx2.AsyncClient) -> None:
    text = (await bob.get(f"{HERE}/new")).text
    assert "No source may be asked yet" in text
    assert 'href="/sourcing/sources"' in text


async def test_a_look_before_writes_nothing(product: Product, bob: httpx2.AsyncClient) -> None:
    await opened(product)
    sent = {"source": SOURCE, "keywords": "python", "workModes": ["hybrid", "home-office"], "limit": "10"}
    answer = await bob.post(f"{HERE}/new", data=sent)
    assert answer.status_code == 200
    assert "Ready to start." in answer.text
    assert "python;kw" in answer.text
    assert await number_of_runs(product) == 0


async def test_what_does_not_fit_stands_beside_its_control(product: Product, bob: httpx2.AsyncClient) -> None:
    await opened(product)
    answer = await bob.post(HERE, data={"source": SOURCE, "limit": "1000", "keywords": "python"})
    assert answer.status_code == 422
    assert 'id="field-limit-error"' in answer.text
    assert 'value="python"' in answer.text


async def test_a_refusal_keeps_what_was_typed(product: Product, bob: httpx2.AsyncClient) -> None:
    answer = await bob.post(HERE, data={"source": SOURCE, "keywords": "python"})
    assert (answer.status_code, await number_of_runs(product)) == (400, 0)
    assert 'value="python"' in answer.text
    await opened(product)
    elsewhere = await bob.post(HERE, data={"source": SOURCE, "listing_url": "https://evil.example/jobs"})
    assert (elsewhere.status_code, "evil.example" in elsewhere.text) == (400, True)


async def test_a_form_that_is_sent_twice_starts_one_run(product: Product, bob: httpx2.AsyncClient) -> None:
    await opened(product)
    sent: dict[str, Any] = {"source": SOURCE, "keywords": "python", "once": "a-form"}
    first, second = await bob.post(HERE, data=sent), await bob.post(HERE, data=sent)
    async with product.house.works.open(product.cast.bob.org_id, MACHINE, reads=True) as work:
        (run,) = (await work.db.scalars(select(Run))).all()
    assert (run.filters, run.user_id) == ({"keywords": "python"}, product.cast.bob.person_id)
    if first.status_code == 303:
        assert first.headers["location"] == second.headers["location"] == f"{HERE}/{run.id}"
    else:
        assert "WORKER_TASK_URL" in first.text


async def test_each_form_is_a_wish_of_its_own(product: Product, bob: httpx2.AsyncClient) -> None:
    """Two forms with one key would start one run for two wishes."""
    await opened(product)
    keys = [re.findall(r'name="once" value="([^"]*)"', (await bob.get(f"{HERE}/new")).text) for _ in range(2)]
    assert [UUID(key) for (key,) in keys] and keys[0] != keys[1]


async def test_a_wish_can_be_made_again_but_not_somebody_elses(product: Product, bob: httpx2.AsyncClient) -> None:
    async with product.house.works.open(product.cast.bob.org_id, MACHINE) as work:
        mine = await a_run(work, product.cast.bob.person_id, filters={"keywords": "zeppelin"}, wanted=33)
        hers = await a_run(work, product.cast.alice.person_id)
    text = (await bob.get(f"{HERE}/new?like={mine.id}")).text
    assert 'value="zeppelin"' in text
    assert 'value="33"' in text
    assert (await bob.get(f"{HERE}/new?like={hers.id}")).status_code == 404


async def test_a_viewer_starts_nothing(product: Product) -> None:
    async with product.visit(product.cast.vera, {"accept": "text/html"}) as vera:
        assert (await vera.get(f"{HERE}/new")).status_code == 403
        assert (await vera.post(HERE, data={"source": SOURCE})).status_code == 403
