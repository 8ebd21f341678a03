"""The table of merging (sourcing.md 3.8), row by row: what stands, what comes, what stays."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.sourcing.offers.making import SOURCE, begin_run, offer
from waypost.platform.work import Work
from waypost.sourcing.offers.actions import observe
from waypost.sourcing.offers.models import JobOffer

pytestmark = pytest.mark.anyio
LONG, SHORT = "A long text. " * 20 + "End.", "A short one."
SALVAGED: dict[str, Any] = {"tags": ["listing-salvage"], "details": {}, "requirements": [], "description": SHORT}
BARE: dict[str, Any] = {"details": {}, "requirements": []}
Y2027 = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table."""

    name: str
    before: dict[str, Any]
    now: dict[str, Any]
    expected: dict[str, Any] = field(default_factory=dict)
    via: tuple[str, str] = ("detail", "detail")


CASES = (
    Case(
        "the address is plain data",
        {},
        {"url": "https://board.example/moved/1"},
        {"url": "https://board.example/moved/1"},
    ),
    Case("company: new if said", {}, {"company": "Other GmbH"}, {"company": "Other GmbH", "company_key": "other"}),
    Case("company: kept if not", {}, {"company": " "}, {"company": "Kolej Sp. z o.o.", "company_key": "kolej"}),
    Case("location: kept if not said", {}, {"location": None}, {"location": "Warszawa, mazowieckie"}),
    Case("employment: kept if not said", {}, {"employment_type": None}, {"employment_type": "uop"}),
    Case("employment: new if said", {}, {"employment_type": "B2B"}, {"employment_type": "b2b"}),
    Case("title: new", {}, {"title": "Rust developer"}, {"title": "Rust developer"}),
    Case("title: not the placeholder", {}, {"title": "Unknown title"}, {"title": "Python developer"}),
    Case("description: new, even when shorter", {"description": LONG}, {"description": SHORT}, {"description": SHORT}),
    Case("description: not the placeholder", {}, {"description": "No description found"}, {"description": LONG}),
    Case("description: nor that of a list", {}, {"description": "Listing summary only"}, {"description": LONG}),
    Case("category: the old one", {}, {"title": "Accountant"}, {"category": "software-development"}),
    Case("category: filled", {"title": "Anything", **BARE}, {"title": "Accountant"}, {"category": "finance"}),
    Case("salary: kept whole", {}, {"salary": None}, {"salary_min": 1_200_000, "salary_currency": "PLN"}),
    Case("salary: new whole", {}, {"salary": "100 EUR/h"}, {"salary_max": 10_000, "salary_kind": None}),
    Case("salary: unreadable", {}, {"salary": "competitive"}, {"salary": "competitive", "salary_max": 1_800_000}),
    Case("apply address: kept", {"apply_url": "https://x.example/a"}, {}, {"apply_url": "https://x.example/a"}),
    Case("end: kept", {"expires_at": "2027-01-01"}, {}, {"expires_at": Y2027}),
    Case("end: new", {"expires_at": "2026-12-01"}, {"expires_at": "2027-01-01"}, {"expires_at": Y2027}),
    Case("requirements: kept if none", {}, BARE, {"requirements": ["Python", "SQL"]}),
    Case("details: new if said", {}, {"details": {"workModes": ["mobile"]}}, {"details": {"workModes": ["mobile"]}}),
    Case("details: kept if none", {"details": {"benefits": ["x"]}}, BARE, {"details": {"benefits": ["x"]}}),
    Case(
        "state: kept when the new one is over",
        {},
        {"is_expired": True},
        {"quality_state": "ACCEPTED", "is_expired": True},
    ),
    Case("over: the new word counts", {"is_expired": True}, {}, {"is_expired": False, "quality_state": "ACCEPTED"}),
    Case("reason: full wins", BARE, {}, {"quality_reason": "detail_full"}),
    Case("reason: full stays", {}, BARE, {"quality_reason": "detail_full"}),
    Case("reason: salvage is raised", SALVAGED, BARE, {"quality_reason": "detail_partial"}, ("salvage", "detail")),
    Case("reason: else the old", BARE, {**BARE, "company": ""}, {"quality_reason": "detail_partial"}),
    Case(
        "what a list says in short replaces nothing",
        {"description": LONG},
        {**SALVAGED, "description": "Longer. " * 90},
        {"description": LONG, "requirements": ["Python", "SQL"], "tags": [], "quality_reason": "detail_full"},
        ("detail", "salvage"),
    ),
)


async def test_every_row_of_the_table(work: Work) -> None:
    """Each case is an offer of its own, told of twice; a batch for each way of telling."""
    plain: dict[str, Any] = {"description": LONG, "title": "Python developer"}
    for turn, moment in enumerate((work.now, work.now + timedelta(hours=2))):
        for via in ("detail", "salvage"):
            told = {number: (one.before, one.now)[turn] for number, one in enumerate(CASES) if one.via[turn] == via}
            batch = [offer(number, **plain | named) for number, named in told.items()]
            await observe(work, SOURCE, batch, run_id=await begin_run(work), via=via, now=moment)
    kept = {int(one.source_id or 0): one for one in await work.db.scalars(select(JobOffer))}
    found = {one.name: {name: getattr(kept[number], name) for name in one.expected} for number, one in enumerate(CASES)}
    assert found == {one.name: one.expected for one in CASES}


async def _observed(work: Work, named: dict[str, Any], via: str, later: timedelta = timedelta(0)) -> None:
    run = await begin_run(work)
    await observe(work, SOURCE, [offer(1, **named)], run_id=run, via=via, now=work.now + later)


async def _kept(work: Work) -> JobOffer:
    return (await work.db.scalars(select(JobOffer).execution_options(populate_existing=True))).one()


async def test_times_and_the_last_run(work: Work) -> None:
    first, second = await begin_run(work), await begin_run(work)
    later = work.now + timedelta(hours=1)
    await observe(work, SOURCE, [offer(1)], run_id=first, via="detail", now=later)
    await observe(work, SOURCE, [offer(1)], run_id=second, via="salvage", now=work.now)
    kept = await _kept(work)
    assert (kept.first_seen_at, kept.last_seen_at, kept.last_full_scrape_at) == (work.now, later, later)
    assert (kept.run_id, kept.fetched_at) == (second, work.now)


async def test_the_content_hash_is_that_of_the_longest_text(work: Work) -> None:
    await _observed(work, {"description": SHORT}, "detail")
    short = (await _kept(work)).content_hash
    await _observed(work, {"description": LONG}, "detail")
    longest = (await _kept(work)).content_hash
    await _observed(work, {"description": SHORT}, "detail")
    assert short != longest == (await _kept(work)).content_hash


async def test_facets_follow_what_is_said_and_stay_where_nothing_is(work: Work) -> None:
    await _observed(work, {}, "detail")
    await _observed(work, {"details": {"workModes": ["hybrid"]}, "employment_type": None}, "detail")
    facets = (await _kept(work)).facets
    assert (facets["workModes"], facets["seniority"], facets["contractTypes"]) == (["hybrid"], ["senior"], ["uop"])


async def test_a_kind_of_contract_that_nobody_knows_is_marked(work: Work) -> None:
    await _observed(work, {"details": {"contractTypes": ["handshake"]}}, "detail")
    kept = await _kept(work)
    assert (kept.unknown_contract, kept.employment_type) == (True, "handshake")
    await _observed(work, {"details": {"contractTypes": ["B2B"]}}, "detail")
    assert (await _kept(work)).unknown_contract is False
