"""The shipped recipe against pages of its kind, and its dictionaries against their documented meaning."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.pracuj import board
from waypost.sourcing.adapters.registry import adapter

WAY = adapter("pracuj")
IT, GENERAL = {"site": "it"}, {"site": "general"}
HERE = "https://www.pracuj.pl/praca"


def page(name: str, url: str = HERE) -> Page:
    return Page(url, 200, (Path(__file__).parent / "pages" / f"{name}.html").read_bytes(), "text/html")


def test_a_list_names_its_offers_and_counts_the_advertised_ones() -> None:
    found = WAY.listing(page("pracuj_listing"), WAY.recipe(GENERAL))
    assert [(link.url, link.source_id) for link in found.links] == [
        (f"{HERE}/mlodszy-programista-krakow,oferta,1004100001", "1004100001"),
        (f"{HERE}/tester-gdansk,oferta,1004100002", "1004100002"),
    ]
    assert (found.recommended, found.zero, found.next) == (1, False, (f"{HERE}?pn=2",))


def test_a_list_says_much_of_each_offer() -> None:
    summary = WAY.listing(page("pracuj_listing"), WAY.recipe(GENERAL)).links[0].summary
    assert summary is not None
    assert summary.values == {
        "title": "Młodszy programista",
        "company": "Pracownia Mostów Sp. j.",
        "location": "Kraków, Podgórze",
        "description": "Piszesz usługi w Pythonie.",
        "salary": "7 000–9 500 zł brutto / mies.",
        "employment_type": "umowa o pracę\nkontrakt B2B",
        "details.contractTypes": ["umowa o pracę", "kontrakt B2B"],
        "details.technologies.all": ["Python", "SQL"],
        "details.positionLevels": ["młodszy specjalista (junior)"],
        "details.workSchedules": ["pełny etat"],
        "details.workModes": ["praca hybrydowa"],
        "details.remote": True,
    }


def test_a_list_without_offers_says_so_and_advertised_ones_are_not_taken() -> None:
    found = WAY.listing(page("pracuj_zero"), WAY.recipe(GENERAL))
    assert (found.links, found.zero, found.recommended, found.next) == ((), True, 1, ())


def test_without_a_list_the_embedded_data_serve() -> None:
    whole = page("pracuj_listing")
    body = whole.body.replace(b'data-test="section-offers"', b"").replace(b'data-test="link-offer" href', b"data-gone")
    found = WAY.listing(Page(HERE, 200, body), WAY.recipe(GENERAL))
    assert [link.source_id for link in found.links] == ["1004100001", "1004100002"]


def test_an_offer_is_read_from_each_field_s_best_source() -> None:
    detail = WAY.detail(page("pracuj_detail", f"{HERE}/x,oferta,1004100001"), WAY.recipe(IT))
    told = detail.draft.values
    expected: Mapping[str, Any] = {
        "title": "Młodszy programista",
        "company": "Pracownia Mostów Sp. j.",
        "location": "Kraków, małopolskie",
        "salary": "7000-9500 PLN MONTH",
        "employment_type": "FULL_TIME, CONTRACTOR",
        "posted_at": "2026-11-10",
        "expires_at": "2026-12-10T22:59:59Z",
        "apply_url": "https://www.pracuj.pl/aplikuj/1004100001",
        "source_company_profile_url": "https://www.pracuj.pl/firmy/pracownia-mostow",
        "requirements": ["Python", "Czytelny angielski"],
        "details.requirements.niceToHave": ["Docker"],
        "details.technologies.required": ["Python", "PostgreSQL"],
        "details.technologies.niceToHave": ["Kafka"],
        "details.positionLevels": ["młodszy specjalista (junior)"],
        "details.benefits": ["rower służbowy"],
        "details.companyDescription": "Liczymy mosty od 1999 roku.",
        "details.sections.aboutProject": "Rejestr mostów.",
        "details.sections.responsibilities": "Piszesz usługi.\nDbasz o testy.",
        "details.sections.offered": "Spokojna praca.",
    }
    assert {name: told.get(name) for name in expected} == expected
    assert detail.expired is False
    assert detail.draft.how["title"] == "json jobTitle"
    assert detail.draft.how["company"] == "JSON-LD hiringOrganization"
    assert set(detail.draft.raw) == {"jobPosting", "embedded"}


def test_only_the_salary_section_gives_a_salary() -> None:
    body = page("pracuj_detail").body
    without = body.replace(b'"baseSalary"', b'"gone"').replace(
        b"7 000\xe2\x80\x939 500 z\xc5\x82</section>", b"</section>"
    )
    assert "salary" not in WAY.detail(Page(HERE, 200, without), WAY.recipe(IT)).draft.values


def test_levels_mean_another_number_on_each_site() -> None:
    """What weakness 51 was about: one site's senior is the other's trainee."""
    assert (WAY.band(GENERAL, "junior"), WAY.band(IT, "junior")) == (["1", "17", "4"], ["5", "6", "21"])
    assert (WAY.band(GENERAL, "senior"), WAY.band(IT, "senior")) == (["4", "18", "19"], ["21", "1", "3"])
    assert WAY.band(GENERAL, "lead") == WAY.band(GENERAL, "manager") == ["18", "19", "20"]
    assert WAY.band(GENERAL, "intern") == ["1", "17"] and WAY.band(GENERAL, "mid") == ["17", "4", "18"]
    assert WAY.band(GENERAL, "nobody") == []


@pytest.mark.parametrize(
    ("recipe", "filters", "url"),
    [
        (IT, {"specializations": ["backend", "ai-ml"]}, "https://it.pracuj.pl/praca?its=backend,ai-ml"),
        (IT, {"technologies": ["37", "36"]}, "https://it.pracuj.pl/praca?itth=37,36"),
        (GENERAL, {"categories": ["5015"]}, "https://www.pracuj.pl/praca?cc=5015"),
        (GENERAL, {"location": "Łódź", "radiusKm": 25}, "https://www.pracuj.pl/praca/%C5%81%C3%B3d%C5%BA;wp?rd=25"),
        (
            GENERAL,
            {"location": "Gdynia", "keywords": "spawacz"},
            "https://www.pracuj.pl/praca/spawacz;kw?wp=Gdynia",
        ),
        (GENERAL, {"publishedWithinDays": 1}, "https://www.pracuj.pl/praca/ostatnich%2024h;p,1"),
        (GENERAL, {"publishedWithinDays": 14}, "https://www.pracuj.pl/praca/ostatnich%2014%20dni;p,14"),
        (GENERAL, {"workModes": ["home-office"], "salaryMin": 1}, "https://www.pracuj.pl/praca?wm=home-office&sal=1"),
        (
            GENERAL,
            {
                "onlyWithProjectDescription": True,
                "onlyEmployerOffers": True,
                "ukrainiansWelcome": True,
                "noPolishRequired": True,
            },
            "https://www.pracuj.pl/praca?ap=true&ao=false&ua=true&wpl=true",
        ),
        (GENERAL, {"workDimensions": ["0"], "contractTypes": ["3"]}, "https://www.pracuj.pl/praca?ws=0&tc=3"),
        (GENERAL, {"employmentTypes": ["2"]}, "https://www.pracuj.pl/praca?et=2"),
    ],
)
def test_filters_become_the_board_s_own_address(recipe: dict[str, str], filters: dict[str, Any], url: str) -> None:
    made = WAY.address(recipe, filters)
    assert made is not None
    assert (made.url, made.dropped) == (url, {})


def test_what_a_site_does_not_know_is_dropped_and_named() -> None:
    made = WAY.address(
        IT,
        {
            "categories": ["5001"],
            "specializations": ["backend", "plumbing"],
            "positionLevels": ["2"],
            "radiusKm": 201,
            "publishedWithinDays": 2,
            "salaryMin": True,
            "nonsense": "x",
        },
    )
    assert made is not None
    assert made.accepted == {"specializations": ["backend"]}
    assert made.dropped == {
        "categories": ["5001"],
        "specializations": ["plumbing"],
        "positionLevels": ["2"],
        "radiusKm": [201],
        "publishedWithinDays": [2],
        "salaryMin": [True],
        "nonsense": ["x"],
    }


def test_dictionaries_have_their_documented_size() -> None:
    it, general = (WAY.filters(WAY.recipe(told)) for told in (IT, GENERAL))
    assert it is not None and general is not None
    known = {one.filter: len(one.values) for one in it.places if one.values}
    assert (known["specializations"], known["technologies"], known["positionLevels"]) == (22, 22, 10)
    others = {one.filter: len(one.values) for one in general.places if one.values}
    assert (others["categories"], others["positionLevels"], others["contractTypes"]) == (35, 11, 8)
    assert len(set(board.categories().values())) == 17


def test_an_operator_may_override_a_dictionary() -> None:
    filters = {"base": "https://it.pracuj.pl/praca", "places": [{"filter": "technologies", "param": "itth"}]}
    made = WAY.address({"site": "it", "filters": filters}, {"technologies": ["999"]})
    assert made is not None and made.url.endswith("?itth=999")


def test_another_site_is_refused_in_a_sentence() -> None:
    assert WAY.faults({"site": "de"}) == ["site: 'de' is none of it, general"]
