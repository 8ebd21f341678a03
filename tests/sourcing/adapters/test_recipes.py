"""Recipes as data: what is wrong with one, what each rule gives, and how a page is read by it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.board.terms import RECIPE
from waypost.sourcing.adapters.draft import NO_DESCRIPTION, UNKNOWN_TITLE, Draft, bounded
from waypost.sourcing.adapters.embedded import NoPath, found, steps
from waypost.sourcing.adapters.markup import tree
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.recipe.reading import Sheet
from waypost.sourcing.adapters.recipe.words import Rule
from waypost.sourcing.adapters.registry import UnknownAdapter, adapter, adapters

WAY = adapter("recipe")
BASE = "https://board.example"

FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"listing": {"links": "a[["}}, "listing.links: 'a[[' is not a CSS selector"),
    ({"listing": {"linkz": "a"}}, "listing.linkz: is no word of a recipe"),
    ({"listing": {"pattern": "("}}, "listing.pattern: '(' is not a pattern"),
    ({"id": "(a+)+$"}, "id: '(a+)+$' repeats too often"),
    ({"id": ".*.*.*.*x"}, "id: '.*.*.*.*x' repeats too often"),
    ({"detail": {"fields": {"titel": "h1"}}}, "detail.fields: 'titel' is no field of an offer"),
    ({"detail": {"fields": {"title": {"as": "text"}}}}, "needs exactly one of css, json, posting, meta, url, value"),
    ({"detail": {"fields": {"title": {"css": "h1", "json": "x"}}}}, "needs exactly one of"),
    ({"detail": {"fields": {"title": {"json": "a[b"}}}}, "detail.fields.title.0.json"),
    ({"version": 0}, "version: Input should be greater than or equal to 1"),
    ({"browser": "perhaps"}, "browser: Input should be a valid boolean"),
    ({"filters": {"base": "x"}}, "filters.places: Field required"),
]


@pytest.mark.parametrize(("recipe", "sentence"), FAULTS)
def test_a_fault_names_its_field(recipe: dict[str, Any], sentence: str) -> None:
    assert any(sentence in told for told in WAY.faults(recipe)), WAY.faults(recipe)


@pytest.mark.parametrize("recipe", [{}, RECIPE, {"listing": {"next": {"param": "p"}}}])
def test_a_good_recipe_has_none(recipe: dict[str, Any]) -> None:
    assert WAY.faults(recipe) == []


def test_adapters_are_known_by_name() -> None:
    assert [one.name for one in adapters()] == ["jsonld", "recipe", "feed", "sitemap", "pracuj"]
    with pytest.raises(UnknownAdapter, match="known are jsonld, recipe"):
        adapter("Recipe")
    assert adapter("pracuj").can.filters and adapter("feed").can.feed


HTML = """<html><head><meta property="og:title" content="From meta"></head><body><h1> Big  <b>title</b></h1>
<ul class="w"><li>one</li><li>two</li></ul><span class="tag">x</span><span class="tag">y</span>
<a class="go" href="/apply">go</a><div class="t"><p>a</p><p>b</p></div><i class="flag"></i></body></html>"""
DATA = {
    "a": {"b": [{"n": "x", "v": "1"}, {"n": "y", "v": "2"}]},
    "flag": "false",
    "list": ["p", "q"],
    "o": {"name": "N"},
}
RULES: list[tuple[Any, Any]] = [
    ("h1", "Big title"),
    ({"css": ".missing"}, None),
    ({"css": "a.go", "attr": "href", "as": "url"}, f"{BASE}/apply"),
    ({"css": ".w", "as": "list"}, ["one", "two"]),
    ({"css": ".tag", "as": "list"}, ["x", "y"]),
    ({"css": ".t"}, "a\n\nb"),
    ({"css": ".flag", "as": "flag"}, True),
    ({"meta": "og:title"}, "From meta"),
    ({"url": True, "pattern": r"(\d+)$"}, "7"),
    ({"value": "always"}, "always"),
    ({"json": "a.b[1].v"}, "2"),
    ({"json": "a.b[n=x].v"}, "1"),
    ({"json": "a.b[*].v", "as": "list"}, ["1", "2"]),
    ({"json": "flag", "as": "flag"}, False),
    ({"json": "o"}, "N"),
    ({"json": "list"}, "p\nq"),
    ({"css": ".tag", "as": "list", "pattern": "[xz]"}, ["x"]),
]


@pytest.mark.parametrize(("rule", "value"), RULES)
def test_what_a_rule_gives(rule: Any, value: Any) -> None:
    sheet = Sheet(f"{BASE}/jobs/7", tree(HTML).root, DATA)
    assert sheet.value(Rule.model_validate(rule)) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", [{"k": ["one", "x"], "v": 1}, {"k": "two", "v": 2}]),
        ("a[0].v", [1]),
        ("a[9].v", []),
        ("a[*].v", [1, 2]),
        ("a[k^=on].v", [1]),
        ("a[k=two].v", [2]),
        ("b.c", []),
    ],
)
def test_ways_into_json(path: str, value: list[Any]) -> None:
    data = {"a": [{"k": ["one", "x"], "v": 1}, {"k": "two", "v": 2}]}
    assert found(data, path) == (value if path != "a" else [value])


@pytest.mark.parametrize("path", ["a[", "a]b", "a[b"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(NoPath):
        steps(path)


def test_a_number_in_the_address_turns_the_page() -> None:
    recipe = WAY.recipe({"listing": {"links": "a.j", "next": {"param": "page"}}})
    html = b'<a class="j" href="/1">x</a>'
    assert WAY.listing(Page(f"{BASE}/jobs?q=x", 200, html), recipe).next == (f"{BASE}/jobs?q=x&page=2",)
    assert WAY.listing(Page(f"{BASE}/jobs?page=4", 200, html), recipe).next == (f"{BASE}/jobs?page=5",)
    assert WAY.listing(Page(f"{BASE}/jobs?page=5", 200, b""), recipe).next == ()


def test_recommended_links_are_never_primary() -> None:
    html = (
        b'<p class="ad"><a class="j" href="/9">ad</a></p><a class="j" href="/1?x=1">a</a><a class="j" href="/9">b</a>'
    )
    found = WAY.listing(Page(BASE, 200, html), WAY.recipe({"listing": {"links": "a.j", "outside": ".ad"}}))
    assert ([link.url for link in found.links], found.recommended) == ([f"{BASE}/1"], 1)


def test_an_offer_is_cut_to_what_the_other_side_takes() -> None:
    draft = Draft(f"{BASE}/1")
    draft.values = {
        "title": "t" * 900 + "\x00",
        "description": "d" * 120_000 + "\ud800",
        "requirements": ["r"] * 300,
        "apply_url": "javascript:alert(1)",
        "salary": ["1", "2"],
        "details.a.b": "x\x00",
        "details.a.c": float("nan"),
    }
    draft.raw = {"small": {"a": 1}, "large": "x" * 70_000}
    offer = draft.offer("source", ("t", "t"))
    assert (len(offer.title), len(offer.description), len(offer.requirements)) == (500, 100_000, 200)
    assert (offer.apply_url, offer.salary, offer.tags) == (None, "1, 2", ["t"])
    assert offer.details == {"a": {"b": "x", "c": None}}
    assert offer.raw_payload == {"small": {"a": 1}} == bounded(draft.raw)
    empty = Draft(f"{BASE}/2").offer("source")
    assert (empty.title, empty.description) == (UNKNOWN_TITLE, NO_DESCRIPTION)


POSTING = " itemscope itemtype='https://schema.org/JobPosting'"
TAGS = ["<div>", "</div>", '<script type="application/ld+json">', "</script>", "<a href='", "'>", "<", POSTING]
WORDS = ['{"@type":"JobPosting",', '"title":', "null}", "[", "]", "&amp;", "\x00", "é"]
PIECES = st.sampled_from(TAGS + WORDS)


@settings(max_examples=40)
@given(st.lists(PIECES, max_size=40))
def test_no_page_breaks_a_reader(pieces: list[str]) -> None:
    """Every adapter reads every page, and what it makes of it can travel."""
    page = Page(f"{BASE}/jobs", 200, "".join(pieces).encode("utf-8", "replace"))
    for way in adapters():
        recipe = way.recipe({})
        way.listing(page, recipe)
        way.detail(page, recipe).draft.offer("source").written()


def test_a_number_may_stand_in_the_query() -> None:
    html = b'<a class=j href="/view?job=7&amp;utm_source=x#top">a</a><a class=j href="/view?job=8">b</a>'
    recipe = WAY.recipe({"id": r"[?&]job=(\d+)", "listing": {"links": "a.j"}})
    found = WAY.listing(Page(BASE, 200, html), recipe)
    told = [(link.url, link.source_id) for link in found.links]
    assert told == [(f"{BASE}/view?job=7", "7"), (f"{BASE}/view?job=8", "8")]
