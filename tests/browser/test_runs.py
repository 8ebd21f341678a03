"""Runs and sources in a real browser: for everybody, live while one goes on, set up and started by hand."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, StorageState, expect

from tests.browser.ran import STATES, put_runs
from tests.browser.site import Site, Window, context_on
from tests.browser.test_every_page import SHAPES, flaws_of
from tests.browser.watched import put_watch
from tests.sampling import share
from tests.sourcing.reports.making import SOURCE

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]
HERE = "/sourcing/runs"
SOURCES = "/sourcing/sources"


@pytest.fixture(scope="module")
async def runs(site: Site) -> dict[str, UUID]:
    """Put down once for all tests of this file."""
    made = await put_runs(site)
    await put_watch(site, made["partial"])
    return made


@pytest.fixture
async def shaped(site: Site, chromium: Browser, known: StorageState, shape: str) -> AsyncIterator[Window]:
    """A window of the owner, in one shape."""
    width, dark = SHAPES[shape]
    context = await context_on(chromium, width=width, dark=dark, known=known)
    yield await Window.on(site, context)
    await context.close()


@pytest.mark.turns("an eye on every page", 3)
@pytest.mark.parametrize("shape", SHAPES)
async def test_the_pages_are_for_everybody(shaped: Window, runs: dict[str, UUID], shape: str) -> None:
    paths = [HERE, f"{HERE}/new", SOURCES, f"{SOURCES}/{SOURCE}", f"{SOURCES}/{SOURCE}/preview", f"{SOURCES}/new"]
    paths += [f"{HERE}/{runs[name]}" for name in STATES]
    paths += ["/sourcing/alerts", "/sourcing/slo", "/sourcing/worker", "/home"]
    flaws = []
    for path in share(paths, len(SHAPES), list(SHAPES).index(shape)):
        flaws += [f"{path}: {flaw}" for flaw in await flaws_of(shaped, path, shape)]
    assert flaws == []


async def test_a_run_that_goes_on_asks_for_itself(window: Window, runs: dict[str, UUID]) -> None:
    page = window.page
    await window.open(f"{HERE}/{runs['running']}")
    async with page.expect_request(lambda asked: asked.headers.get("hx-request") == "true", timeout=15_000):
        await expect(page.locator("#run")).to_contain_text("Reading offers")
    await expect(page.locator("#run progress")).to_be_visible()


async def test_a_failed_run_is_read_and_a_new_one_begun_like_it(window: Window, runs: dict[str, UUID]) -> None:
    page = window.page
    await window.open(HERE)
    await page.locator(f'a[href^="{HERE}/{runs["done"]}"]').click()
    await expect(page.locator("#run")).to_contain_text("32 offers were found")
    await page.locator("#log select[name=stream]").select_option("execution")
    await page.locator("#log").get_by_role("button", name="Filter").click()
    await expect(page.locator("#log tbody tr")).to_have_count(6)
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("link", name="New run like this").click()
    await expect(page.get_by_label("Words")).to_have_value(re.compile("مطور"))
    await page.get_by_role("button", name="Look before").click()
    await expect(page.locator("#new")).to_contain_text("It would read")


@pytest.mark.turns("without scripts", 1)
async def test_a_source_is_set_up_without_scripts(
    site: Site, chromium: Browser, known: StorageState, runs: dict[str, UUID]
) -> None:
    context = await context_on(chromium, scripts=False, known=known)
    window = await Window.on(site, context)
    page = window.page
    await window.open(f"{SOURCES}/pracuj-pl-general")
    await page.get_by_label("Why it may be asked").fill("By mail from them, 3 May.")
    await page.get_by_role("button", name="Keep the reason").click()
    await page.get_by_role("button", name="Enable").click()
    await expect(page.get_by_text("May be asked", exact=True)).to_be_visible()
    await window.open(f"{SOURCES}/pracuj-pl-general/preview")
    await page.get_by_text("Paste a page instead").click()
    await page.get_by_label("The page (HTML)").fill("<h1>Zeppelin mechanic</h1>")
    await page.get_by_role("button", name="Read it").click()
    await expect(page.locator("#preview")).to_contain_text("Zeppelin mechanic")
    await context.close()
    assert window.complaints == [] and window.elsewhere == []
