"""What follows: texts, companies and facts of new offers; the end of old ones; reading anew; figures."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import Orgs
from tests.sourcing.offers.making import SOURCE, begin_run, counted, offer
from waypost.platform.access import MACHINE
from waypost.platform.work import Work, Works
from waypost.sourcing.digest.normalise import VERSION
from waypost.sourcing.offers import queries, tallying
from waypost.sourcing.offers.actions import observe
from waypost.sourcing.offers.expiring import expire
from waypost.sourcing.offers.figures import figures, summary
from waypost.sourcing.offers.indexing import index
from waypost.sourcing.offers.models import JobOffer, OfferCompany, OfferFound, OfferObservation, OffersFound, OfferTally
from waypost.sourcing.offers.reading_again import read_again
from waypost.sourcing.offers.tallying import tally
from waypost.sourcing.wire.offer import Offer

pytestmark = pytest.mark.anyio
UNSEEN = timedelta(hours=336)


async def told(work: Work, *offers: Offer, source: str = SOURCE, ago: timedelta = timedelta(0)) -> None:
    """Observed some time ago, and indexed."""
    run = await begin_run(work)
    found = await observe(work, source, offers, run_id=run, via="detail", now=work.now - ago)
    await index(work, found.told)


async def test_new_offers_are_told_of_once(work: Work) -> None:
    await told(work, offer(1), offer(2))
    await told(work, offer(2, description="Something else."), offer(3))
    found = [fact for fact in work.told if isinstance(fact, OfferFound)]
    assert len(found) == len({fact.offer_id for fact in found}) == 3
    assert [len(fact.offer_ids) for fact in work.told if isinstance(fact, OffersFound)] == [2, 2]


async def test_companies_gather_their_spellings_and_addresses(work: Work) -> None:
    page = "https://board.example/company/kolej"
    await told(work, offer(1, company="Kolej Sp. z o.o."), offer(2, company="KOLEJ sp. z o. o."))
    await told(work, offer(3, company="Kolej", source_company_profile_url=page), source="other-board")
    await told(work, offer(4, company="Kolej"), offer(5, company="!!!"), offer(6, company=None))
    kept = (await work.db.scalars(select(OfferCompany))).one()
    assert (kept.key, kept.aliases) == ("kolej", ["KOLEJ sp. z o. o.", "Kolej", "Kolej Sp. z o.o."])
    assert kept.profiles == {"other-board": page}
    assert (await queries.company(work.db, "kolej")) is kept


async def test_indexing_costs_the_same_for_any_number(work: Work) -> None:
    run = await begin_run(work)
    costs = []
    for numbers in ([1], range(2, 120)):
        found = await observe(
            work, SOURCE, [offer(one, company=f"C{one}") for one in numbers], run_id=run, via="detail"
        )
        with counted(work) as asked:
            await index(work, found.told)
        costs.append(len(asked))
    assert costs == [3, 3]


async def test_offers_end_by_their_day_or_by_silence(work: Work) -> None:
    day = timedelta(days=1)
    await told(work, offer(1, expires_at=(work.now - day).isoformat()), ago=3 * day)
    await told(work, offer(2, expires_at=(work.now + day).isoformat()), ago=30 * day)
    await told(work, offer(3), ago=15 * day)
    await told(work, offer(4), ago=13 * day)
    await told(work, offer(5, expires_at="9999-12-31"), ago=30 * day)
    assert len(await expire(work, UNSEEN)) == 2
    assert await expire(work, UNSEEN) == []
    over = await work.db.scalars(select(JobOffer.source_id).where(JobOffer.is_expired).order_by(JobOffer.source_id))
    assert list(over) == ["1", "3"]


async def test_ending_leaves_what_a_batch_holds_just_now(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        await told(work, offer(1), ago=timedelta(days=30))
    async with works.open(orgs.acme, MACHINE) as batch, works.open(orgs.acme, MACHINE) as sweeper:
        await told(batch, offer(1))
        assert await expire(sweeper, UNSEEN) == []


async def test_what_was_read_by_older_rules_is_read_anew(work: Work) -> None:
    await told(work, offer(1), offer(2, employment_type="handshake"))
    wrong: dict[str, object] = {
        "salary_min": None,
        "category": "legal",
        "facets": {},
        "normalisation_version": 0,
        "company_key": "x",
    }
    for one in await work.db.scalars(select(JobOffer)):
        for name, value in wrong.items():
            setattr(one, name, value)
    await work.db.flush()
    assert (await read_again(work, most=1), await read_again(work), await read_again(work)) == (1, 1, 0)
    first, second = (await work.db.scalars(select(JobOffer).order_by(JobOffer.source_id))).all()
    assert (first.salary_min, first.company_key, first.facets["workModes"]) == (1_200_000, "kolej", ["remote"])
    canonical = (first.category, first.employment_type, second.employment_type)
    assert canonical == (
        "software-development",
        "uop",
        "handshake",
    )
    versions = await work.db.scalars(select(OfferObservation.normalisation_version))
    assert {first.normalisation_version, *versions} == {VERSION}


async def test_figures(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = timedelta(hours=1)
    await told(work, offer(1), offer(2, expires_at="2099-01-01", employment_type=None), ago=hour)
    await told(work, offer(3, is_expired=True, title="Anything", details={}), source="other", ago=100 * hour)
    await told(work, offer(4, details={"contractTypes": ["handshake"]}, company="KOLEJ"), ago=300 * hour)
    expected = {
        "freshAcceptedOffers": 2,
        "expiredOffers": 1,
        "offersWithExpiry": 1,
        "activeOffersWithoutExpiry": 2,
        "matchedRecently": 0,
        "offersWithoutCategory": 1,
        "offersWithoutEmploymentType": 1,
        "redundantCompanyAliases": 1,
        "suspiciousContractTypes": 1,
    }
    assert await figures(work.db, work.now, 24) == expected
    await tally(work)
    monkeypatch.setattr(tallying, "SMALL", 1)
    with counted(work) as asked:
        assert await figures(work.db, work.now, 24) == expected
    assert len(asked) == 1
    told_of = await summary(work.db, work.now, 24)
    assert (told_of["totals"]["offers"], told_of["totals"]["active"], told_of["freshness"]["seenInWindow"]) == (4, 3, 2)
    assert [(one["source"], one["expiryCoverage"]) for one in told_of["sources"]] == [(SOURCE, 0.3333), ("other", 0.0)]
    assert (told_of["quality"]["detail_full"], told_of["ways"]["detail"]) == (4, 2)


async def test_counting_anew_replaces_what_was_counted(work: Work) -> None:
    await told(work, offer(1))
    assert await tally(work) == await tally(work)
    assert await work.db.scalar(select(func.sum(OfferTally.counts["offers"].as_integer()))) == 1


async def test_nothing_is_zero_and_another_organisation_has_its_own(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        await told(work, offer(1))
    async with works.open(orgs.globex, MACHINE) as work:
        assert set((await figures(work.db, work.now, 168)).values()) == {0}
        assert (await summary(work.db, work.now, 168))["sources"] == []
