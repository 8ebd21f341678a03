"""Feeds and sitemaps, well formed and otherwise."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.registry import adapter
from waypost.sourcing.sources.shipped import SHIPPED

BASE = "https://board.example"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(name: str, body: bytes | str, kind: str = "application/xml", **recipe: Any) -> Any:
    way = adapter(name)
    raw = body.encode() if isinstance(body, str) else body
    return way.listing(Page(f"{BASE}/list", 200, raw, kind, at=NOW), way.recipe(recipe))


ITEM = "<item><title>A &amp; B</title><link>https://board.example/jobs/1</link><guid>77</guid><description>%s</description></item>"


def test_rss_2() -> None:
    found = read("feed", f'<rss version="2.0"><channel>{ITEM % "&lt;p&gt;Hello&lt;/p&gt;"}</channel></rss>')
    link = found.links[0]
    assert (link.url, link.source_id, link.whole) == (f"{BASE}/jobs/1", "77", True)
    assert (link.summary.values["title"], link.summary.values["description"]) == ("A & B", "Hello")


def test_rss_1() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        f'<item rdf:about="{BASE}/jobs/2"><title>Old</title><link>{BASE}/jobs/2</link></item></rdf:RDF>'
    )
    assert [link.url for link in read("feed", rdf).links] == [f"{BASE}/jobs/2"]


def test_atom() -> None:
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="{BASE}/list?p=2"/><entry><title>T</title>'
        f'<link href="/jobs/3"/><id>{BASE}/jobs/3</id><published>2026-11-05T10:00:00+01:00</published>'
        '<author><name>Orchard</name></author><content type="html">&lt;b&gt;x&lt;/b&gt;</content></entry></feed>'
    )
    found = read("feed", atom)
    told = found.links[0].summary.values
    assert found.next == (f"{BASE}/list?p=2",)
    assert (told["posted_at"], told["company"], told["description"]) == ("2026-11-05T09:00:00+00:00", "Orchard", "x")
    assert found.links[0].source_id is None


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "next_url": "/list?p=2",
        "items": [
            {"id": "9", "url": f"{BASE}/jobs/9", "title": "J", "content_text": "text", "tags": ["a"]},
            {"id": "no address"},
            "not an object",
        ],
    }
    found = read("feed", json.dumps(feed), "application/feed+json")
    told = [(link.url, link.source_id) for link in found.links]
    assert told == [(f"{BASE}/jobs/9", "9"), (f"{BASE}/no address", "no address")]
    assert found.next == (f"{BASE}/list?p=2",)


@pytest.mark.parametrize(
    "broken",
    [
        "<rss><channel>" + ITEM % "unclosed",
        '<rss version="2.0"><channel>' + ITEM % "a &nbsp; b" + "</channel></rss>",
        "\ufeff<?xml version='1.0' encoding='utf-16'?><rss><channel>" + ITEM % "wrong charset" + "</channel></rss>",
        "garbage before <rss version='2.0'><channel>" + ITEM % "x" + "</channel></rss>",
    ],
)
def test_broken_feeds_are_read_as_far_as_they_go(broken: str) -> None:
    assert [link.url for link in read("feed", broken, "text/plain").links] == [f"{BASE}/jobs/1"]


@pytest.mark.parametrize("nothing", ["", "<html></html>", "{", "{}", '{"items": {}}', "[1]"])
def test_what_is_no_feed_has_no_offers(nothing: str) -> None:
    assert read("feed", nothing, "application/json" if nothing.startswith("{") else "text/xml").links == ()


def test_an_entry_s_page_is_asked_for_where_the_recipe_says_so() -> None:
    rss = f'<rss version="2.0"><channel>{ITEM % ""}</channel></rss>'
    assert read("feed", rss).links[0].whole is False
    assert read("feed", rss, follow=False).links[0].whole is True


def test_the_shipped_feed_is_read_without_asking_for_its_pages() -> None:
    """As Python.org publishes it: a title, a text of place and description, and the address as the entry's id."""
    at = "https://www.python.org/jobs/7701/"
    told = "<description>Gdynia, Poland\n&lt;p&gt;Trains&lt;/p&gt;</description>"
    entry = f"<item><title>Developer, Kolej</title><link>{at}</link>{told}<guid>{at}</guid></item>"
    about = "<item><title>About</title><link>https://www.python.org/about/</link></item>"
    source = SHIPPED["python-org"]
    assert adapter(source.adapter).faults(source.recipe) == []
    (link,) = read("feed", f'<rss version="2.0"><channel>{entry}{about}</channel></rss>', **source.recipe).links
    assert (link.url, link.source_id, link.whole) == (at, "7701", True)
    assert link.summary.values["title"] == "Developer, Kolej" and "Trains" in link.summary.values["description"]


URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'
ENTRY = "<url><loc>%s</loc><lastmod>%s</lastmod></url>"
ENTRIES = (
    ENTRY % (f"{BASE}/jobs/1", "2026-11-01")
    + ENTRY % (f"{BASE}/jobs/2", "2026-11-20T10:00:00Z")
    + ENTRY % (f"{BASE}/about", "2026-11-21")
)


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_gives_the_youngest_first(packed: bool) -> None:
    xml = (URLSET % ENTRIES).encode()
    found = read("sitemap", gzip.compress(xml) if packed else xml, listing={"pattern": "/jobs/"}, id=r"/jobs/(\d+)$")
    assert [link.source_id for link in found.links] == ["2", "1"]


def test_old_entries_are_left_out() -> None:
    found = read("sitemap", URLSET % ENTRIES, listing={"pattern": "/jobs/"}, newest_days=7)
    assert [link.url for link in found.links] == [f"{BASE}/jobs/2"]


def test_an_index_leads_to_its_sitemaps() -> None:
    entry = "<sitemap><loc>%s</loc><lastmod>%s</lastmod></sitemap>"
    told = entry % (f"{BASE}/a.xml", "2026-11-01") + entry % (f"{BASE}/b.xml.gz", "2026-11-09")
    found = read("sitemap", f"<sitemapindex>{told}</sitemapindex>")
    assert (found.links, found.next) == ((), (f"{BASE}/b.xml.gz", f"{BASE}/a.xml"))


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"\x1f\x8bnot really",
        b"<urlset><url><loc>ftp://board.example/jobs/1</loc></url></urlset>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><urlset><url><loc>&a;</loc></url></urlset>',
        b"<html><body>no</body></html>",
    ],
)
def test_odd_sitemaps_have_no_offers(odd: bytes) -> None:
    assert read("sitemap", odd).links == ()


def test_a_bomb_is_unpacked_to_a_limit_only() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 50_000_100, 1)
    assert read("sitemap", bomb).links == ()


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("żółw".encode("iso-8859-2"), "text/html; charset=ISO-8859-2", "żółw"),
        (b'<meta charset="windows-1250">' + "żółw".encode("cp1250"), "text/html", '<meta charset="windows-1250">żółw'),
        ("żółw".encode(), "text/html", "żółw"),
        (b"\xef\xbb\xbf" + "żółw".encode(), "text/html; charset=latin-1", "żółw"),
        ("żółw".encode("utf-16-le"), "", None),
        (b"\xff\xfe" + "żółw".encode("utf-16-le"), "", "żółw"),
        (b"abc \x80", "text/html; charset=nonsense", "abc \ufffd"),
        ("50 €".encode("cp1252"), "text/html; charset=iso-8859-1", "50 €"),
    ],
)
def test_pages_in_many_charsets(body: bytes, kind: str, text: str | None) -> None:
    told = Page(BASE, 200, body, kind).text
    assert told == text if text is not None else isinstance(told, str)
