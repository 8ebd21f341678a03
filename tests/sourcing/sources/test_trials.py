"""Trying a source against the sample board over a real socket, politely; pasted pages; looking at an address."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network

import httpx2
import pytest

from demo.board.terms import RECIPE
from tests.fixtures import Product
from tests.wire.board import Board
from waypost.platform.access import MACHINE
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching.polite import Hosts
from waypost.sourcing.fetching.shelves import MemoryShelf
from waypost.sourcing.sources import actions, budgets
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.shipped import SHIPPED
from waypost.sourcing.sources.trials.detecting import ways_of
from waypost.sourcing.sources.trials.trying import Trials, pasted

pytestmark = pytest.mark.anyio

HERE = "/sourcing/sources"
POSTING = """<html><body><h1>Zeppelin mechanic</h1><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "JobPosting", "title": "Zeppelin mechanic",
 "hiringOrganization": {"name": "Acme"}, "description": "Keeps it in the air."}</script></body></html>"""


@pytest.fixture
def board() -> Iterator[Board]:
    """One that answers at once."""
    with Board(count=12) as running:
        yield running


@pytest.fixture
def trials(product: Product) -> Trials:
    """Loopback may be asked, and nothing is remembered from another test."""
    found = product.house.parts.of(Trials)
    found.allowed, found.shelf, found.hosts = (ip_network("127.0.0.0/8"),), MemoryShelf(), Hosts()
    return found


@pytest.fixture
async def alice(product: Product, trials: Trials) -> AsyncIterator[httpx2.AsyncClient]:
    """Acme's owner with a browser."""
    async with product.visit(product.cast.alice, {"accept": "text/html"}) as client:
        yield client


async def connected(product: Product, board: Board, **said: object) -> str:
    """The board as a source of Acme's, quick enough for a test."""
    columns = {"name": "Marigold", "adapter": "recipe", "recipe": RECIPE, "hosts": [board.host], "interval_ms": 200}
    columns |= {"listing_url": f"{board.base}/jobs", **said}
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await budgets.open_host(work.db, board.host, now=work.now)
        return (await actions.add(work, columns)).key


async def test_a_try_shows_links_fields_and_what_gave_them(
    product: Product, alice: httpx2.AsyncClient, board: Board
) -> None:
    key = await connected(product, board)
    assert "Ask it now" in (await alice.get(f"{HERE}/{key}/preview")).text
    assert board.paths() == []
    text = (await alice.post(f"{HERE}/{key}/preview")).text
    assert "robots.txt allows it." in text
    assert "12 offers" in text
    assert "css .contract" in text
    assert "The list as it was sent" in text
    listing, offer = board.paths()
    assert (listing, offer.startswith("/jobs/")) == ("/jobs", True)
    assert sum(board.gaps()) >= 0.3


async def test_robots_that_says_no_is_believed(product: Product, alice: httpx2.AsyncClient) -> None:
    with Board(robots="User-agent: *\nDisallow: /") as shut:
        key = await connected(product, shut)
        text = (await alice.post(f"{HERE}/{key}/preview")).text
        assert "robots.txt does not want it" in text
        assert shut.paths() == []


async def test_a_host_that_asks_for_rest_is_left_alone_for_everybody(
    product: Product, alice: httpx2.AsyncClient, board: Board
) -> None:
    board.trouble("/jobs", 429, headers={"Retry-After": "600"})
    key = await connected(product, board)
    assert "left alone" in (await alice.post(f"{HERE}/{key}/preview")).text or board.paths() == ["/jobs"]
    asked = len(board.paths())
    await alice.post(f"{HERE}/{key}/preview")
    assert len(board.paths()) == asked
    async with product.house.works.open(product.cast.mallory.org_id, MACHINE) as work:
        given = await budgets.grant(work.db, board.host, 1, interval_ms=200, now=work.now)
        assert given.slots == 0
        assert given.closed_until is not None
        await budgets.open_host(work.db, board.host, now=work.now)


async def test_a_stopped_source_is_not_even_tried(product: Product, alice: httpx2.AsyncClient, board: Board) -> None:
    key = await connected(product, board)
    await alice.post(f"{HERE}/{key}/stop", data={"reason": "They asked us to."})
    answer = await alice.post(f"{HERE}/{key}/preview")
    assert (answer.status_code, board.paths()) == (400, [])


async def test_a_private_address_is_never_asked_without_the_operators_word(
    product: Product, alice: httpx2.AsyncClient, board: Board, trials: Trials
) -> None:
    key, trials.allowed = await connected(product, board), ()
    tried = (await alice.post(f"{HERE}/{key}/preview")).text
    assert "127.0.0.1" in tried.split('id="preview"')[1]
    assert "Links found" not in tried
    looked = (await alice.post(f"{HERE}/new", data={"address": f"{board.base}/jobs"})).text
    assert "Use this" not in looked
    assert board.log == []


async def test_a_pasted_page_asks_nobody(product: Product, alice: httpx2.AsyncClient, board: Board) -> None:
    key = await connected(product, board, adapter="jsonld", recipe={})
    answer = await alice.post(f"{HERE}/{key}/preview", data={"html": POSTING + "<script>alert(1)</script>"})
    assert "Zeppelin mechanic" in answer.text
    assert "JSON-LD" in answer.text
    assert "<script>alert(1)</script>" not in answer.text
    assert board.log == []


async def test_an_address_is_looked_at_and_becomes_a_source(
    product: Product, alice: httpx2.AsyncClient, board: Board
) -> None:
    async with product.house.works.open(product.cast.alice.org_id, MACHINE) as work:
        await budgets.open_host(work.db, board.host, now=work.now)
    text = (await alice.post(f"{HERE}/new", data={"address": f"{board.base}/jobs"})).text
    assert "Use this" in text
    feed = text.split('name="listing_url" value="')[1].split('"')[0]
    sent = {"name": "Marigold", "adapter": "feed", "listing_url": feed, "hosts": board.host, "recipe": '{"http": true}'}
    added = await alice.post(HERE, data=sent)
    assert (added.status_code, added.headers["location"]) == (303, f"{HERE}/marigold")
    assert "Nobody has written down yet" in (await alice.get(f"{HERE}/marigold")).text


def page(html: str, kind: str = "text/html") -> Page:
    return Page("https://acme.example/work", body=html.encode(), content_type=kind)


@pytest.mark.parametrize(
    ("found", "adapter", "sure"),
    [
        (page("<rss version='2.0'></rss>", "application/rss+xml"), "feed", "high"),
        (page("<?xml version='1.0'?><urlset></urlset>", "application/xml"), "sitemap", "medium"),
        (page("<link rel=alternate type='application/atom+xml' href='/feed'>"), "feed", "high"),
        (page(POSTING), "jsonld", "low"),
        (page(POSTING + POSTING), "jsonld", "high"),
        (page("".join(f"<a href='/jobs/fitter-{n}'>x</a>" for n in range(5))), "recipe", "medium"),
    ],
)
def test_what_an_address_offers(found: Page, adapter: str, sure: str) -> None:
    way = ways_of(found, [])[0]
    assert (way.adapter, way.sure) == (adapter, sure)


def test_nothing_is_made_up() -> None:
    assert ways_of(page("<p>About us</p><a href='/team'>Team</a>"), []) == []
    (only,) = ways_of(page("<p>About us</p>"), ["https://acme.example/sitemap.xml"])
    assert (only.adapter, only.listing_url) == ("sitemap", "https://acme.example/sitemap.xml")


async def test_pasted_pages_never_raise() -> None:
    source: Source = SHIPPED["pracuj-pl-it"]
    for html in ("", "<", "\x00\ud800", "<html>" * 2_000, "{}"):
        for kind in ("list", "offer"):
            await pasted(source, html, kind, "", datetime(2026, 11, 22, tzinfo=UTC))
