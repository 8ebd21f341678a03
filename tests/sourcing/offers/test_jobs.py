"""The catalogue's jobs as they are declared: each follows from its fact or the clock, and may run twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.fixtures import Product
from tests.sourcing.offers.making import SOURCE, begin_run, offer
from tests.sourcing.one_job import OneJob
from waypost.platform.access import MACHINE
from waypost.platform.facts import KeptFact
from waypost.platform.jobs.declare import declared, scheduled
from waypost.platform.jobs.models import StoredJob
from waypost.sourcing.offers import search, tallying
from waypost.sourcing.offers.actions import observe
from waypost.sourcing.offers.figures import figures
from waypost.sourcing.offers.models import JobOffer, OffersFound
from waypost.sourcing.offers.sieve import Sieve

pytestmark = pytest.mark.anyio


async def taken_in(product: Product, number: int, ago: timedelta = timedelta(0)) -> None:
    """An offer that Acme saw some time ago."""
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        run = await begin_run(work)
        await observe(work, SOURCE, [offer(number)], run_id=run, via="detail", now=work.now - ago)


async def test_words_follow_from_the_fact_and_once(product: Product) -> None:
    org = product.cast.alice.org_id
    await taken_in(product, 1)
    async with product.house.works.open(org, MACHINE) as work:
        (payload,) = await work.db.scalars(select(StoredJob.payload).where(StoredJob.type == "offers_index"))
        assert await search.page(work.db, Sieve(words="python")) == ([], None)
    job, fact = declared()["offers_index"], OffersFound.restore(payload)
    for _ in range(2):
        await job.handler(OneJob(product.house, org), [fact])
    async with product.house.works.open(org, MACHINE) as work:
        ((found,), _) = await search.page(work.db, Sieve(words="python"))
        kept = await work.db.scalars(select(KeptFact.data).where(KeptFact.thing_id == found.id))
        assert list(kept) == [{"source": SOURCE}]


async def test_the_clock_ends_offers_and_counts(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    org = product.cast.alice.org_id
    await taken_in(product, 1, timedelta(days=15))
    await taken_in(product, 2)
    monkeypatch.setattr(tallying, "SMALL", 1)
    for name in ("offers_expire", "offers_expire", "offers_read_again", "offers_tally", "offers_tally"):
        await scheduled()[name].handler(OneJob(product.house, org))
    async with product.house.works.open(org, MACHINE) as work:
        over = await work.db.scalars(select(JobOffer.source_id).where(JobOffer.is_expired))
        assert list(over) == ["1"]
        counted = await figures(work.db, work.now, 24)
        assert (counted["expiredOffers"], counted["freshAcceptedOffers"]) == (1, 1)
