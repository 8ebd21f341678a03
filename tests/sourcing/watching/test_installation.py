"""Sourcing in `/metrics`: over all organisations, without a word about any of them."""

import pytest

from tests.database import Logins
from tests.fixtures import Product
from tests.sourcing.watching.making import BOARD, events, runs
from waypost.database import plain
from waypost.platform.access import MACHINE
from waypost.platform.clock import utc_now
from waypost.sourcing.watching.figures.actions import count_hours
from waypost.sourcing.watching.figures.installation import FAMILIES, SourcingFigures

pytestmark = pytest.mark.anyio


async def test_all_organisations_are_added_up_and_none_is_named(product: Product) -> None:
    before = await figures(product)
    for org in (product.cast.alice.org_id, product.cast.mallory.org_id):
        async with product.house.works.open(org, MACHINE) as work:
            (first, *_) = await runs(work, 2)
            await runs(work, 1, "RUNNING")
            await events(work, first, 3, "FAILED")
            for _ in range(20):
                await count_hours(work)
    after = await figures(product)
    assert after["waypost_sourcing_runs_completed_24h"] - before["waypost_sourcing_runs_completed_24h"] == 4
    assert after["waypost_sourcing_runs_silent"] - before["waypost_sourcing_runs_silent"] == 2
    assert after["waypost_sourcing_ends_failed_24h"] - before["waypost_sourcing_ends_failed_24h"] == 6


async def figures(product: Product) -> dict[str, float]:
    """What a collector without a memory says."""
    collector = SourcingFigures(plain(product.house.database.app), utc_now)
    return {family.name: family.samples[0].value for family in collector.collect()}


async def test_the_web_process_tells_them(product: Product) -> None:
    async with product.visit() as stranger:
        text = (await stranger.get("/metrics")).text
    assert all(f"\n{name} " in text for name, _says in FAMILIES.values())
    assert BOARD not in text and str(product.cast.alice.org_id) not in text


def test_a_database_that_is_away_leaves_them_out() -> None:
    assert list(SourcingFigures("postgresql://nobody@127.0.0.1:1/none", utc_now).collect()) == []


def test_they_are_asked_once_in_a_while(logins: Logins) -> None:
    found = SourcingFigures(plain(logins.app), utc_now)
    first = {family.name for family in found.collect()}
    found.dsn = "postgresql://nobody@127.0.0.1:1/none"
    assert {family.name for family in found.collect()} == first and len(first) == len(FAMILIES)
