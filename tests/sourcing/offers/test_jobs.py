"""The catalogue's jobs as they are declared: each follows from its fact or the clock, and may run twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.cast import Player
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
from waypost.sourcing.offers.forgetting import BEGINNING, forget
from waypost.sourcing.offers.models import JobOffer, OfferObservation, OfferPayload, OffersFound
from waypost.sourcing.offers.sieve import Sieve
from waypost.sourcing.offers.terms import CatalogueTerms

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


async def said(product: Product, who: Player, number: int, *days: int, **named: Any) -> None:
    """An offer of which its source said something else each time, so many days ago."""
    async with product.house.works.open(who.org_id, MACHINE) as work:
        run = await begin_run(work)
        for ago in days:
            told = offer(number, description=f"We look after trains, {ago} of them. " * 9, **named)
            await observe(work, SOURCE, [told], run_id=run, via="detail", now=work.now - timedelta(days=ago))


async def kept(product: Product, who: Player) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """By the board's number: how many days ago something was said that is kept, and that has its documents."""
    async with product.house.works.open(who.org_id, MACHINE) as work:
        ago = select(JobOffer.source_id, OfferObservation.id, OfferObservation.observed_at)
        rows = await work.db.execute(ago.join(JobOffer, JobOffer.id == OfferObservation.offer_id))
        bodies = set(await work.db.scalars(select(OfferPayload.observation_id)))
        lines: dict[str, list[int]] = {}
        documents: dict[str, list[int]] = {}
        for said_as, one, at in sorted(rows, key=lambda row: row[2]):
            number = str(said_as)
            lines.setdefault(number, []).append((work.now - at).days)
            documents.setdefault(number, []).extend([(work.now - at).days] if one in bodies else [])
    return lines, documents


async def test_what_was_said_long_ago_leaves_by_night(product: Product) -> None:
    """The newest line of an offer always stays; its documents as long as the offer stands."""
    alice, mallory = product.cast.alice, product.cast.mallory
    for who in (alice, mallory):
        await said(product, who, 1, 500, 400, 100, 10)
        await said(product, who, 2, 600)
        await said(product, who, 3, 450, 200, is_expired=True)
    before = await kept(product, mallory)
    assert before[0] == before[1] == {"1": [500, 400, 100, 10], "2": [600], "3": [450, 200]}
    for _ in range(2):
        await scheduled()["offers_forget"].handler(OneJob(product.house, alice.org_id))
        lines, documents = await kept(product, alice)
        assert lines == {"1": [100, 10], "2": [600], "3": [200]}
        assert documents == {"1": [10], "2": [600], "3": []}
    assert await kept(product, mallory) == before, "each organisation's night is its own"


async def test_forgetting_goes_pack_by_pack(product: Product) -> None:
    bob = product.cast.bob
    await said(product, bob, 1, 500, 400, 100)
    place, steps = BEGINNING, []
    async with product.house.works.open(bob.org_id, MACHINE) as work:
        while found := await forget(work, CatalogueTerms(), place, most=1):
            steps.append((found.payloads, found.observations))
            place = found.place
    assert steps == [(2, 1), (2, 1), (0, 0)]
