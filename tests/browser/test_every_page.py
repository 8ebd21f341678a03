"""Every page, wide and narrow, light and dark: nothing a reader of the screen could not use, nothing cut off."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, StorageState

from tests.browser.site import Site, Window, context_on

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("browser")]

PAGES = [
    "/tickets",
    "/tickets?view=mine",
    "/tickets?q=nowhere-at-all",
    "ticket",
    "ticket with pictures",
    "/quarantine",
    "/quarantine?settled=true",
    "/mailboxes",
    "/mailboxes/new",
    "/ops/jobs",
    "/audit",
    "/account",
    "/-/patterns",
    "/tickets/00000000-0000-7000-8000-000000000000",
]
SHAPES = {"wide": (1280, False), "dark": (1280, True), "narrow": (390, False)}
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(params=list(SHAPES))
async def shaped(
    site: Site, chromium: Browser, known: StorageState, request: pytest.FixtureRequest
) -> AsyncIterator[Window]:
    """A window of the owner, in one shape."""
    width, dark = SHAPES[request.param]
    context = await context_on(chromium, width=width, dark=dark, known=known)
    yield await Window.on(site, context)
    await context.close()


async def test_every_page_is_for_everybody(shaped: Window) -> None:
    flaws = []
    for page in PAGES:
        flaws += [f"{page}: {flaw}" for flaw in await flaws_of(shaped, page)]
    assert flaws == []
    assert shaped.elsewhere == []
    assert [one for one in shaped.complaints if "404" not in one] == []


@pytest.mark.parametrize("path", ["/", "/sign-in"])
async def test_the_entrance_is_for_everybody(stranger: Window, path: str) -> None:
    assert await flaws_of(stranger, path) == []


async def flaws_of(window: Window, page: str) -> list[str]:
    """What is wrong with one page, in words."""
    named = {"ticket": '"baby in the house"', "ticket with pictures": '"The Pipe Wrench"'}
    path = await window.find(named[page]) if page in named else page
    await window.page.goto(window.site.url + path)
    await window.page.wait_for_load_state("load")
    found = (await Axe().run(window.page, options=RULES)).response["violations"]
    flaws = [f"{one['id']} at {[node['target'] for node in one['nodes'][:3]]}" for one in found]
    return flaws + (["it is wider than the screen"] if await window.page.evaluate(WIDER) else [])
