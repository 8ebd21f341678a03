"""schema.org JobPosting in the forms that boards use."""

import json
from typing import Any

import pytest

from waypost.sourcing.adapters.markup import plain, tree
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.posting import drafted
from waypost.sourcing.adapters.registry import adapter
from waypost.sourcing.adapters.structured import loaded, things

WAY = adapter("jsonld")
URL = "https://board.example/jobs/7"

FORMS: list[tuple[dict[str, Any], str, Any]] = [
    ({"title": " Engineer &amp; Maker "}, "title", "Engineer & Maker"),
    ({"name": "Only a name"}, "title", "Only a name"),
    ({"hiringOrganization": "Acme"}, "company", "Acme"),
    ({"hiringOrganization": [{"name": "Acme"}, {"name": "Other"}]}, "company", "Acme"),
    (
        {"hiringOrganization": {"name": "Acme", "sameAs": "https://a.example"}},
        "source_company_profile_url",
        "https://a.example",
    ),
    ({"jobLocation": "Berlin"}, "location", "Berlin"),
    ({"jobLocation": {"address": "Berlin, Mitte"}}, "location", "Berlin, Mitte"),
    ({"jobLocation": {"name": "Head office"}}, "location", "Head office"),
    (
        {"jobLocation": {"address": {"addressLocality": "Berlin", "addressRegion": "Berlin", "addressCountry": "DE"}}},
        "location",
        "Berlin, DE",
    ),
    (
        {"jobLocation": [{"address": {"addressLocality": "Kraków"}}, {"address": {"addressCountry": {"name": "PL"}}}]},
        "location",
        "Kraków; PL",
    ),
    ({"jobLocationType": "TELECOMMUTE"}, "details.workModes", ["remote"]),
    ({"applicantLocationRequirements": {"@type": "Country", "name": "Poland"}}, "details.remoteFrom", ["Poland"]),
    ({"description": "<p>One</p><ul><li>two</li><li>three</li></ul>"}, "description", "One\n\n• two\n• three"),
    ({"description": "plain, with 3 < 4"}, "description", "plain, with 3 < 4"),
    ({"responsibilities": "Only duties"}, "description", "Only duties"),
    (
        {"baseSalary": {"currency": "EUR", "value": {"minValue": 4000, "maxValue": 5000.5, "unitText": "MONTH"}}},
        "salary",
        "4000-5000.5 EUR MONTH",
    ),
    ({"baseSalary": {"currency": "EUR", "value": {"value": 25, "unitText": "HOUR"}}}, "salary", "25 EUR HOUR"),
    ({"baseSalary": {"currency": "EUR", "minValue": "4000", "maxValue": "4000"}}, "salary", "4000 EUR"),
    ({"baseSalary": {"currency": "EUR", "value": 60000}}, "salary", "60000 EUR"),
    ({"baseSalary": 60000, "salaryCurrency": "EUR"}, "salary", "60000 EUR"),
    ({"baseSalary": "od 5 000 zł"}, "salary", "od 5 000 zł"),
    ({"baseSalary": {"@type": "PriceSpecification", "price": 90, "priceCurrency": "GBP"}}, "salary", "90 GBP"),
    ({"estimatedSalary": [{"currency": "USD", "value": {"minValue": 9, "unitText": "HOUR"}}]}, "salary", "9 USD HOUR"),
    ({"employmentType": ["FULL_TIME", "PART_TIME"]}, "employment_type", "FULL_TIME, PART_TIME"),
    ({"employmentType": "FULL_TIME"}, "employment_type", "FULL_TIME"),
    ({"datePosted": "2026-11-01"}, "posted_at", "2026-11-01"),
    ({"validThrough": "2026-12-01T00:00"}, "expires_at", "2026-12-01T00:00"),
    ({"identifier": {"@type": "PropertyValue", "name": "Acme", "value": "J-7"}}, "details.identifier", "Acme"),
    ({"identifier": "J-7"}, "details.identifier", "J-7"),
    ({"directApply": "True"}, "details.directApply", True),
    ({"directApply": False}, "details.directApply", False),
    ({"qualifications": "<ul><li>a</li><li>b</li></ul>", "skills": "c, d"}, "requirements", ["a", "b", "c", "d"]),
    ({"skills": ["x", "y"]}, "requirements", ["x", "y"]),
    ({"experienceRequirements": {"name": "Two years"}}, "requirements", ["Two years"]),
]


@pytest.mark.parametrize(("thing", "field", "value"), FORMS)
def test_each_form_is_read(thing: dict[str, Any], field: str, value: Any) -> None:
    assert drafted(thing, URL).values.get(field) == value


WRAPPINGS = [
    '{"@type":"JobPosting","title":"A"}',
    '[{"@type":"Other"},{"@type":["JobPosting"],"title":"A"}]',
    '{"@graph":[{"@type":"WebPage"},{"@type":"https://schema.org/JobPosting","title":"A"}]}',
    '{"@type":"WebPage","mainEntity":{"@type":"JobPosting","title":"A"}}',
    '<!-- {"@type":"JobPosting","title":"A"} -->',
    '//<![CDATA[\n{"@type":"JobPosting","title":"A"}\n//]]>',
    '{"@type":"JobPosting","title":"A","description":"line\nbreak"};',
    '{"@type":"JobPosting","title":"A","n":NaN}',
]


@pytest.mark.parametrize("script", WRAPPINGS)
def test_however_it_is_wrapped(script: str) -> None:
    page = tree(f'<script type="application/ld+json">{script}</script>')
    assert [one["title"] for one in things(page, "JobPosting")] == ["A"]


@pytest.mark.parametrize("script", ["", "{", "null", "[" * 5_000, '{"@type": 5}', "not json"])
def test_broken_scripts_are_passed_over(script: str) -> None:
    page = tree(f'<script type="application/ld+json">{script}</script>')
    assert list(things(page, "JobPosting")) == []
    assert loaded("{") is None


MICRODATA = """
<div itemscope itemtype="https://schema.org/JobPosting"><h1 itemprop="title name">Gardener</h1>
<a itemprop="url" href="/jobs/7">here</a><meta itemprop="employmentType" content="PART_TIME">
<time itemprop="datePosted" datetime="2026-11-03">3 November</time>
<div itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
<b itemprop="name">Orchard</b></div><div itemprop="baseSalary" itemscope itemtype="https://schema.org/MonetaryAmount">
<meta itemprop="currency" content="EUR">
<div itemprop="value" itemscope itemtype="https://schema.org/QuantitativeValue"><meta itemprop="minValue" content="15">
<meta itemprop="unitText" content="HOUR"></div></div>
<div itemprop="description"><p>Trees.</p><p>Paths.</p></div><span itemprop="skills">pruning</span>
<span itemprop="skills">grafting</span></div>
"""


def test_microdata_says_the_same() -> None:
    draft = WAY.detail(Page(URL, 200, MICRODATA.encode()), WAY.recipe({})).draft
    assert draft.values["title"] == "Gardener"
    assert draft.values["company"] == "Orchard"
    assert draft.values["salary"] == "15 EUR HOUR"
    assert draft.values["description"] == "Trees.\n\nPaths."
    assert (draft.values["posted_at"], draft.values["employment_type"]) == ("2026-11-03", "PART_TIME")
    assert draft.values["requirements"] == ["pruning", "grafting"]
    assert draft.how["company"] == "microdata hiringOrganization"


def test_the_posting_of_this_very_page_counts() -> None:
    others = [
        {"@type": "JobPosting", "title": t, "url": f"https://board.example/jobs/{n}"} for t, n in (("A", 6), ("B", 7))
    ]
    html = f'<script type="application/ld+json">{json.dumps(others)}</script>'
    assert WAY.detail(Page(URL, 200, html.encode()), WAY.recipe({})).draft.values["title"] == "B"


def test_a_list_may_carry_items_or_postings() -> None:
    items = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "url": f"/jobs/{n}"} for n in (1, 2)]}
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "item": "https://board.example/"}]}
    posting = {"@type": "JobPosting", "title": "C", "url": "/jobs/3", "description": "c"}
    html = "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in (items, crumbs, posting))
    found = WAY.listing(Page("https://board.example/jobs", 200, html.encode()), WAY.recipe({}))
    assert sorted(link.url[-1] for link in found.links) == ["1", "2", "3"]
    whole = next(link for link in found.links if link.url.endswith("3"))
    assert whole.summary is not None and whole.summary.values["title"] == "C"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a <b>b</b> c</p>", "a b c"),
        ("<p>one</p>\n\n\n<p>two</p>", "one\n\ntwo"),
        ("<script>alert(1)</script>x<style>y</style>", "x"),
        ("&lt;b&gt; stays text", "<b> stays text"),
        ("a\u00a0b", "a b"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "12"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert plain(html) == text


def test_deep_nesting_costs_no_time() -> None:
    """A parser needs a minute for this page, with the interpreter's lock held."""
    assert plain("top<div>" * 60_000 + "deep").startswith("top\ntop")


def test_long_lists_are_not_taken_for_deep_ones() -> None:
    assert plain("<ul>" + "<li>x<p>y<br>" * 3_000 + "</ul>end").endswith("end")
