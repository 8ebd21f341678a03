"""Modes, contracts, schedules, levels, technologies, companies, places, categories, split values: tables of cases."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waypost.sourcing.digest.canonical import (
    contract_types,
    contracts_among,
    schedules_among,
    seniority,
    work_modes,
    work_schedules,
)
from waypost.sourcing.digest.categories import CATEGORIES, category_of
from waypost.sourcing.digest.companies import company_key
from waypost.sourcing.digest.places import Place, places
from waypost.sourcing.digest.splitting import pieces
from waypost.sourcing.digest.technologies import Technologies, technologies_of
from waypost.sourcing.digest.text import clean, cleaned, slug, technology

Read = Callable[[object], list[str]]
VALUES: list[tuple[Read, str, str]] = [
    (work_modes, "praca zdalna / hybrydowa", "remote hybrid"),
    (work_modes, "full-office", "onsite"),
    (work_modes, "home-office", "remote"),
    (work_modes, "TELECOMMUTE", "remote"),
    (work_modes, "mobilna", "mobile"),
    (work_modes, "Vor Ort; Homeoffice", "onsite remote"),
    (work_modes, "praca stacjonarna", "onsite"),
    (work_modes, "Praca na Marsie", "praca-na-marsie"),
    (contract_types, "umowa o pracę, kontrakt B2B", "uop b2b"),
    (contract_types, "umowa zlecenie", "mandate"),
    (contract_types, "umowa o dzieło", "specific-task"),
    (contract_types, "umowa na zastępstwo", "substitution"),
    (contract_types, "umowa o pracę tymczasową", "temporary-employment"),
    (contract_types, "umowa agencyjna", "agency"),
    (contract_types, "umowa o staż / praktyki", "internship"),
    (contract_types, "Festanstellung\nfreiberuflich", "uop b2b"),
    (contract_types, "befristet", "temporary-employment"),
    (contract_types, "Contract of employment | Contract B2B", "uop b2b"),
    (contract_types, "handshake", "handshake"),
    (contracts_among, "FULL_TIME, CONTRACTOR", "b2b"),
    (contracts_among, "INTERN, TEMPORARY", "internship temporary-employment"),
    (contracts_among, "kontrakt B2B; uścisk dłoni", "b2b uscisk-dloni"),
    (schedules_among, "FULL_TIME, CONTRACTOR", "full-time"),
    (schedules_among, "umowa o pracę", ""),
    (work_schedules, "pełny etat", "full-time"),
    (work_schedules, "część etatu • praca zmianowa", "part-time shift"),
    (work_schedules, "Vollzeit / Teilzeit", "full-time part-time"),
    (work_schedules, "dodatkowa / tymczasowa", "temporary"),
    (work_schedules, "elastyczny czas pracy", "flexible"),
    (seniority, "specjalista (Mid / Regular)", "mid"),
    (seniority, "starszy specjalista (Senior)", "senior"),
    (seniority, "młodszy specjalista (Junior)", "junior"),
    (seniority, "specjalista (mid / regular) / starszy specjalista", "mid senior"),
    (seniority, "praktykant / stażysta", "intern"),
    (seniority, "ekspert, menedżer, dyrektor, prezes", "senior manager director executive"),
    (seniority, "kierownik / koordynator", "lead"),
    (seniority, "Team Leader", "lead"),
    (seniority, "Head of Sales", "director"),
    (seniority, "Werkstudent", "intern"),
    (seniority, "internal auditor", "internal-auditor"),
    (seniority, "", ""),
]
COMPANIES = [
    ("Acme Sp. z o.o.", "acme"),
    ("ACME sp. z o. o. sp.k.", "acme"),
    ("Acme Spółka z ograniczoną odpowiedzialnością", "acme"),
    ("Żabka Polska S.A.", "zabka polska"),
    ("Müller GmbH & Co. KG", "muller"),
    ("Société Générale S.A.", "societe generale"),
    ("Foo, Inc.", "foo"),
    ("Foo Ltd.", "foo"),
    ("ABB s.r.o.", "abb"),
    ("Volvo AB", "volvo"),
    ("GmbH", "gmbh"),
    ("H&M", "h m"),
    ("Data Sea", "data sea"),
    ("!!!", ""),
    ("株式会社", "株式会社"),
]
PLACES = [
    ("Warszawa, mazowieckie", [Place("Warszawa", "mazowieckie", "PL")]),
    ("Kraków (małopolskie)", [Place("Kraków", "malopolskie", "PL")]),
    ("ul. Prosta 1, 00-838 Warszawa", [Place("Warszawa", None, "PL")]),
    ("Warszawa, Śródmieście, mazowieckie", [Place("Warszawa", "mazowieckie", "PL")]),
    ("Kozia Wólka, mazowieckie", [Place("Kozia Wólka", "mazowieckie", "PL")]),
    ("Kraków, Warszawa", [Place("Kraków", None, "PL"), Place("Warszawa", None, "PL")]),
    ("Warszawa (Mokotów)\nGdańsk", [Place("Warszawa", None, "PL"), Place("Gdańsk", None, "PL")]),
    ("München, Bayern, Deutschland", [Place("München", "bayern", "DE")]),
    ("80331 München", [Place("München", None, "DE")]),
    ("Musterstraße 5, 10115 Berlin", [Place("Berlin", None, "DE")]),
    ("London, UK", [Place("London", None, "GB")]),
    ("Remote, Poland", [Place(None, None, "PL", remote=True)]),
    ("cała Polska (praca zdalna)", [Place(remote=True)]),
    ("Homeoffice", [Place(remote=True)]),
    ("", []),
]
FIELDS = [
    ("Senior Python Developer", "software-development"),
    ("Softwareentwickler (m/w/d)", "software-development"),
    ("Księgowa / Księgowy", "finance"),
    ("Kierowca C+E", "operations"),
    ("Specjalista ds. rekrutacji", "human-resources"),
    ("Pielęgniarka", "healthcare"),
    ("Sales Manager", "sales"),
    ("Spawacz TIG", "manufacturing"),
    ("Nauczyciel języka angielskiego", "education"),
    ("Radca prawny", "legal"),
    ("Java Sales", None),
    ("Chief of Everything", None),
]
SPLIT = [
    ("umowa o pracę, kontrakt B2B", ["umowa o pracę", "kontrakt B2B"]),
    ("Mid / Regular; Senior", ["Mid / Regular", "Senior"]),
    ("specjalista (mid / regular) / ekspert", ["specjalista (mid / regular)", "ekspert"]),
    ("C/C++, CI/CD, Python", ["C/C++", "CI/CD", "Python"]),
    ("a • b\nc | d", ["a", "b", "c", "d"]),
    ("1,5 etatu", ["1,5 etatu"]),
    (" ; , | ", []),
]


@pytest.mark.parametrize(("read", "said", "meant"), VALUES, ids=[f"{one[0].__name__}: {one[1]}" for one in VALUES])
def test_canonical_values(read: Read, said: str, meant: str) -> None:
    assert read(said) == meant.split()


@pytest.mark.parametrize(("name", "key"), COMPANIES)
def test_companies(name: str, key: str) -> None:
    assert company_key(name) == key


@pytest.mark.parametrize(("said", "meant"), PLACES)
def test_places(said: str, meant: list[Place]) -> None:
    assert list(places(said)) == meant


@pytest.mark.parametrize(("title", "meant"), FIELDS)
def test_categories(title: str, meant: str | None) -> None:
    assert category_of(title) == meant


def test_there_are_seventeen_categories_and_a_named_one_wins() -> None:
    assert len(CATEGORIES) == 17
    assert category_of("Java Sales", given="legal") == "legal"
    assert category_of("Java Sales", given="Nonsense") is None
    assert category_of("Specialist", "https://board.example/praca/ksiegowa,oferta,1") == "finance"
    assert category_of("Specialist", "https://[::1]:8080/praca/ksiegowa?a=b") == "finance"
    assert category_of("Specialist", "https://ksiegowa.example?x=/ksiegowa") is None
    assert category_of("Specjalista ds. e-commerce") == "marketing"
    assert category_of("Specialist", technologies=("python", "react")) == "software-development"
    assert category_of("Specialist", "https://[broken") is None


@pytest.mark.parametrize(("said", "meant"), SPLIT)
def test_combined_values(said: str, meant: list[str]) -> None:
    assert pieces(said) == meant


def test_technologies() -> None:
    assert list(map(technology, ("C++", "C#", ".NET", "Node.js", "Ruby on Rails"))) == [
        "c++",
        "c#",
        ".net",
        "node.js",
        "ruby-on-rails",
    ]
    stated = {"technologies": {"required": ["Python, SQL"], "niceToHave": ["AWS"], "all": ["python", "Go", 7]}}
    assert technologies_of(stated) == Technologies(("python", "sql"), ("aws",), ("python", "sql", "aws", "go"))
    assert technologies_of({"technologies": ["C", "C++"]}).all == ("c", "c++")
    assert technologies_of({}) == Technologies()


def test_slugs_and_text_that_can_be_kept() -> None:
    assert (slug("Zażółć gęślą jaźń!"), slug("  "), slug("x" * 200)) == ("zazolc-gesla-jazn", "", "x" * 80)
    assert clean(" a\x00b\ud800c ") == "abc"
    deep: object = "x"
    for _ in range(100):
        deep = [deep]
    assert "x" not in str(cleaned(deep))


@given(st.text())
def test_no_text_is_an_error(said: str) -> None:
    for read in (work_modes, contract_types, work_schedules, seniority, contracts_among, schedules_among):
        assert all(read(said))
    assert company_key(said) == company_key(company_key(said))
    assert all(one.city or one.region or one.country or one.remote for one in places(said))
    category_of(said, said)
    clean(said).encode()
