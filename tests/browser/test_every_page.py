"""Every page, wide and narrow, light and dark: nothing a reader of the screen could not use, nothing cut off.

Each page in one of the shapes here, in all of them with PROVE=1.
"""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, StorageState

from tests.browser.site import Site, Window, context_on
from tests.sampling import share

pytestmark = [pytest.mark.anyio, pytest.mark.turns("an eye on every page", 3)]

UNKNOWN = "/tickets/00000000-0000-7000-8000-000000000000"
PAGES = [
    "/tickets",
    "/tickets?view=mine",
    "/tickets/new",
    "/tickets?q=nowhere-at-all",
    "ticket",
    "ticket with pictures",
    "reply",
    "print",
    "presence",
    "/canned-replies",
    "/canned-replies/new",
    "/quarantine",
    "/quarantine?settled=true",
    "/mailboxes",
    "/mailboxes/new",
    "/send-identities",
    "login of a mailbox",
    "/archives",
    "/archives?q=nowhere-at-all",
    "/archives/completeness",
    "/archives/log",
    "/archive-requests",
    "/archive-due",
    "/archive-releases",
    "/archive-certificates",
    "/archive-retention",
    "/archive-exports",
    "/archive-policy",
    "/archive-sources",
    "/archive-sources/new",
    "/sourcing/runs",
    "/sourcing/runs/new",
    "/sourcing/sources",
    "/sourcing/sources/new",
    "/sourcing/schedules",
    "/sourcing/schedules/new",
    "/sourcing/offers",
    "/sourcing/offers?mode=catalog&show=cards",
    "/sourcing/profiles/new",
    "/sourcing/searches",
    "/sourcing/worker",
    "/sourcing/alerts",
    "/sourcing/slo",
    "/home",
    "/ops",
    "/ops/jobs",
    "dead job",
    "/audit",
    "/account",
    "/account/second-factor",
    "/api-keys",
    "/members",
    "/organization",
    "/-/patterns",
    UNKNOWN,
]
SHAPES = {"wide": (1280, False), "dark": (1280, True), "narrow": (390, False)}
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "wide": {"type": "tag", "values": STANDARDS},
    "dark": {"type": "rule", "values": ["color-contrast"]},
    "narrow": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "meta-viewport"]},
}
"""All of them once; in the other shapes those that shape decides."""
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
async def shaped(site: Site, chromium: Browser, known: StorageState, shape: str) -> AsyncIterator[Window]:
    """A window of the owner, in one shape."""
    width, dark = SHAPES[shape]
    context = await context_on(chromium, width=width, dark=dark, known=known)
    yield await Window.on(site, context)
    await context.close()


@pytest.mark.parametrize("shape", SHAPES)
async def test_every_page_is_for_everybody(shaped: Window, shape: str) -> None:
    flaws = []
    for page in share(PAGES, len(SHAPES), list(SHAPES).index(shape)):
        flaws += [f"{page}: {flaw}" for flaw in await flaws_of(shaped, page, shape)]
    assert flaws == []
    assert shaped.elsewhere == []
    assert [one for one in shaped.complaints if "404" not in one] == []


@pytest.mark.parametrize("path", ["/", "/sign-in", "/forgotten-password"])
async def test_the_entrance_is_for_everybody(stranger: Window, path: str) -> None:
    assert await flaws_of(stranger, path) == []


async def flaws_of(window: Window, page: str, shape: str = "wide") -> list[str]:
    """What is wrong with one page, in words."""
    path = page if page.startswith("/") else await address_of(window, page)
    answer = await window.page.goto(window.site.url + path)
    assert answer is not None and answer.status == (404 if page == UNKNOWN else 200), f"{path}: {answer}"
    await window.page.wait_for_load_state("load")
    options = {"resultTypes": ["violations"], "runOnly": RULES[shape]}
    found = (await Axe().run(window.page, options=options)).response["violations"]
    flaws = [f"{one['id']} at {[node['target'] for node in one['nodes'][:3]]}" for one in found]
    return flaws + (["it is wider than the screen"] if await window.page.evaluate(WIDER) else [])


async def address_of(window: Window, page: str) -> str:
    """Where a page of one thing is."""
    if page == "login of a mailbox":
        found = await (await window.page.request.get(f"{window.site.url}/mailboxes")).json()
        return next(f"/mailboxes/{one['id']}/login" for one in found if one["provider"] == "imap")
    if page == "dead job":
        found = await (await window.page.request.get(f"{window.site.url}/ops/jobs/dlq")).json()
        return f"/ops/jobs/{found['items'][0]['id']}"
    if page in ("reply", "print", "presence"):
        return await window.find('"baby in the house"') + f"/{page}"
    return await window.find({"ticket": '"baby in the house"', "ticket with pictures": '"The Pipe Wrench"'}[page])
