"""A whole offer read: what it means, how well it was read, what it lacks; twice is once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sourcing.offers.making import offer
from waypost.sourcing.digest.normalise import normalise
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.task import SourceTerms

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
BARE: dict[str, Any] = {"details": {}, "requirements": []}
REASONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "salvaged from a list": ({"tags": ["listing-salvage"]}, "listing_salvage", "ACCEPTED"),
    "without a company": ({"company": ""}, "missing_required_fields", "ACCEPTED"),
    "without a place": ({"location": None}, "missing_required_fields", "ACCEPTED"),
    "a placeholder and nothing else": ({**BARE, "description": "No description found"}, "low_context", "REVIEW"),
    "a placeholder with requirements": ({"description": "No description found"}, "detail_full", "ACCEPTED"),
    "structured details": ({}, "detail_full", "ACCEPTED"),
    "an address to apply": ({**BARE, "apply_url": "https://x.example"}, "detail_full", "ACCEPTED"),
    "text alone": (BARE, "detail_partial", "ACCEPTED"),
    "over": ({"is_expired": True}, "detail_full", "REJECTED"),
    "no name": ({"title": "Unknown title"}, "detail_full", "REJECTED"),
}
AGAINST: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"title": " "}, ["missing_title"]),
    ({"description": "\x00"}, ["missing_description"]),
    ({"title": "Unknown title"}, ["placeholder_title"]),
    ({"description": "Listing summary only"}, ["placeholder_description"]),
    ({"description": "Listing summary only", "tags": ["listing-salvage"]}, []),
    ({"expires_at": "2026-11-22T11:30:00Z"}, ["expired_offer"]),
    ({"expires_at": "2026-11-22T11:30:01Z"}, []),
    ({"expires_at": "9999-12-31"}, []),
]


@pytest.mark.parametrize("name", REASONS)
def test_how_well_it_was_read(name: str) -> None:
    named, reason, state = REASONS[name]
    found = normalise(offer(1, **named), now=NOW)
    assert (found.quality_reason.value, found.quality_state) == (reason, state)


@pytest.mark.parametrize(("named", "against"), AGAINST)
def test_what_speaks_against_it(named: dict[str, Any], against: list[str]) -> None:
    assert [one.value for one in normalise(offer(1, **named), now=NOW).rejections] == against


def test_a_whole_offer() -> None:
    found = normalise(offer(1, posted_at="2 dni temu", expires_at="31.12.2026"), now=NOW)
    assert (found.key, found.company_key, found.employment_type) == ("source:1", "kolej", "uop")
    assert (found.posted_at, found.expires_at) == (NOW - timedelta(2), datetime(2026, 12, 31, tzinfo=UTC))
    assert found.offer.expires_at == "2026-12-31T00:00:00+00:00"
    assert found.facets == {
        "workModes": ["remote"],
        "contractTypes": ["uop"],
        "seniority": ["senior"],
        "technologies": ["python", "postgresql", "aws"],
        "technologiesRequired": ["python", "postgresql"],
        "technologiesNiceToHave": ["aws"],
        "places": ["warszawa", "mazowieckie", "pl"],
    }
    assert found.category == "software-development"


def test_tags_say_what_is_missing() -> None:
    found = normalise(offer(1, tags=["fresh", " fresh "], employment_type=None, **BARE), now=NOW)
    assert found.offer.tags == ["fresh", "missing-employment-type", "missing-requirements", "sparse-technologies"]
    assert normalise(offer(1), now=NOW).offer.tags == []


def test_unknown_values_are_kept_and_marked() -> None:
    found = normalise(offer(1, details={"contractTypes": ["Handshake"]}), now=NOW)
    assert (found.employment_type, found.unknown_contract) == ("handshake", True)


def test_a_place_that_is_anywhere_is_a_mode() -> None:
    assert normalise(offer(1, location="Praca zdalna", details={}), now=NOW).facets["workModes"] == ["remote"]


def test_a_run_that_asked_for_one_category_and_a_board_without_currency() -> None:
    terms = SourceTerms(key="x", adapter="recipe", recipe={"currency": "CZK"})
    found = normalise(offer(1, salary="Plat 40 000"), now=NOW, terms=terms, category="legal")
    assert (found.category, found.money[0].currency) == ("legal", "CZK")


def test_the_content_hash_knows_content_only() -> None:
    plain = normalise(offer(1, posted_at="2 days ago"), now=NOW).content_hash
    same = (
        normalise(offer(1, posted_at="2 days ago", raw_payload={"other": 1}, tags=["x"]), now=NOW),
        normalise(offer(1, posted_at="3 days ago"), now=NOW + timedelta(1)),
        normalise(offer(1, posted_at="2 days ago", source="elsewhere"), now=NOW),
    )
    assert {one.content_hash for one in same} == {plain}
    assert normalise(offer(1, posted_at="2 days ago", description="Another."), now=NOW).content_hash != plain
    assert normalise(offer(1, posted_at="2 days ago", is_expired=True), now=NOW).content_hash != plain


TEXTS = st.text(max_size=60)


@given(
    st.builds(
        Offer,
        url=st.just("https://board.example/1"),
        title=TEXTS,
        description=TEXTS,
        company=TEXTS,
        location=TEXTS,
        salary=TEXTS,
        employment_type=TEXTS,
        posted_at=TEXTS,
        expires_at=TEXTS,
        requirements=st.lists(TEXTS, max_size=3),
        tags=st.lists(TEXTS, max_size=3),
        details=st.dictionaries(st.sampled_from(["workModes", "technologies", "category", "x"]), TEXTS),
    )
)
def test_twice_is_once(said: Offer) -> None:
    once = normalise(said, now=NOW)
    assert normalise(once.offer, now=NOW) == once
