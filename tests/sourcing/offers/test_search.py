"""The catalogue is looked through by words and filters, newest first, within one organisation."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, select

from tests.conftest import Orgs
from tests.sourcing.offers.making import SOURCE, begin_run, counted, offer
from waypost.platform.access import MACHINE
from waypost.platform.work import Work, Works
from waypost.sourcing.offers import search
from waypost.sourcing.offers.actions import observe
from waypost.sourcing.offers.indexing import index
from waypost.sourcing.offers.models import JobOffer
from waypost.sourcing.offers.sieve import Sieve

pytestmark = pytest.mark.anyio
OFFERS: dict[int, dict[str, Any]] = {
    1: {},
    2: {"title": "Księgowa", "company": "Żuk S.A.", "salary": "7000 zł", "location": "Łódź", "employment_type": "B2B"},
    3: {"title": "Buchhalter", "company": "Müller GmbH", "salary": "60.000 €/Jahr", "location": "München, Bayern"},
    4: {"title": "Old train driver", "is_expired": True},
    5: {"title": "C++ engineer", "details": {"technologies": ["C++", "Node.js"], "workModes": ["hybrid"]}},
}


async def stock(work: Work) -> None:
    """Five offers, the last one seen first an hour after the others."""
    run = await begin_run(work)
    for number, named in OFFERS.items():
        moment = work.now + timedelta(hours=number)
        await observe(work, SOURCE, [offer(number, **named)], run_id=run, via="detail", now=moment)
    await index_all(work)


async def index_all(work: Work) -> None:
    """What the job does once they are there."""
    found = [one for fact in work.told for one in getattr(fact, "offer_ids", ())]
    await index(work, found)


async def numbers(work: Work, sieve: Sieve) -> list[int]:
    """What passes, as numbers of the board; both ways of asking must agree."""
    offers, _ = await search.page(work.db, sieve)
    return [int(one.source_id or 0) for one in offers]


CASES: dict[str, tuple[Sieve, list[int]]] = {
    "all that stand": (Sieve(), [5, 3, 2, 1]),
    "all": (Sieve(expired=None), [5, 4, 3, 2, 1]),
    "only what is over": (Sieve(expired=True), [4]),
    "a word without its accents": (Sieve(words="ksiegowa"), [2]),
    "the beginning of a word": (Sieve(words="buchh"), [3]),
    "words of the text": (Sieve(words="look after trains", sources=(SOURCE,)), [5, 3, 2, 1]),
    "a phrase": (Sieve(words='"old train driver"', expired=None), [4]),
    "not a word": (Sieve(words="trains -postgresql"), [5]),
    "a company by any spelling": (Sieve(company="ŻUK spółka akcyjna"), [2]),
    "a city": (Sieve(places=("Łódź",)), [2]),
    "a region or a city": (Sieve(places=("Bayern", "Warszawa")), [5, 3, 1]),
    "a technology": (Sieve(technologies=("c++",)), [5]),
    "any of two modes": (Sieve(work_modes=("hybrid", "mobile")), [5]),
    "mode and contract": (Sieve(work_modes=("remote",), contract_types=("b2b",)), [2]),
    "a category": (Sieve(categories=("finance",)), [3, 2]),
    "a level": (Sieve(levels=("senior",)), [3, 2, 1]),
    "another source": (Sieve(sources=("elsewhere",)), []),
    "pay in one currency": (Sieve(salary_at_least=1_500_000), [5, 1]),
    "pay below the first step": (Sieve(salary_at_least=50_000, currency="EUR"), [3]),
    "pay between two steps": (Sieve(salary_at_least=1_810_000, words="python"), []),
    "nothing but signs": (Sieve(words="!?"), [5, 3, 2, 1]),
    "signs of a tsquery": (Sieve(words="' \\ : & |", technologies=("a'b\\",)), []),
    "a mark cannot be typed": (Sieve(words="=category:finance"), []),
}


async def test_words_and_filters(work: Work) -> None:
    await stock(work)
    found = {name: await numbers(work, sieve) for name, (sieve, _) in CASES.items()}
    assert found == {name: expected for name, (_, expected) in CASES.items()}


async def test_a_list_that_begins_elsewhere_is_narrowed_alike(work: Work) -> None:
    await stock(work)
    for name, (sieve, expected) in CASES.items():
        found = await work.db.scalars(_narrowed(sieve))
        assert [int(one or 0) for one in found] == expected, name


def _narrowed(sieve: Sieve) -> Select[Any]:
    return select(JobOffer.source_id).where(*search.narrowed(sieve)).order_by(JobOffer.first_seen_at.desc())


async def test_seen_within(work: Work) -> None:
    await stock(work)
    run = await begin_run(work)
    await observe(work, SOURCE, [offer(1)], run_id=run, via="detail", now=work.now + timedelta(hours=9))
    since = work.now + timedelta(hours=5)
    assert await numbers(work, Sieve(seen_since=since)) == [5, 1]
    assert await numbers(work, Sieve(seen_since=since, words="postgresql")) == [1]


async def test_pages_meet_and_cost_two_statements(work: Work) -> None:
    await stock(work)
    for sieve in (Sieve(), Sieve(words="trains"), Sieve(work_modes=("remote", "hybrid"))):
        whole, _ = await search.page(work.db, sieve)
        first, place = await search.page(work.db, sieve, limit=2)
        with counted(work) as asked:
            second, _ = await search.page(work.db, sieve, before=place, limit=2)
        assert [one.id for one in (*first, *second)] == [one.id for one in whole][:4]
        assert len(asked) == 2
        assert [[one.id for one in pack] async for pack in search.walk(work.db, sieve, step=3)] == [
            pack for pack in ([one.id for one in whole][:3], [one.id for one in whole][3:]) if pack
        ]


async def test_marks_follow_when_an_offer_is_over_and_comes_back(work: Work) -> None:
    run = await begin_run(work)
    for over in (False, True, False):
        work.told.clear()
        await observe(work, SOURCE, [offer(1, is_expired=over)], run_id=run, via="detail")
        await index_all(work)
        assert await numbers(work, Sieve(words="python")) == ([] if over else [1])


async def test_another_organisation_finds_nothing(works: Works, orgs: Orgs) -> None:
    async with works.open(orgs.acme, MACHINE) as work:
        await stock(work)
    async with works.open(orgs.globex, MACHINE, reads=True) as work:
        for sieve in (Sieve(), Sieve(words="python"), Sieve(expired=None, seen_since=work.now - timedelta(1))):
            assert await numbers(work, sieve) == []
