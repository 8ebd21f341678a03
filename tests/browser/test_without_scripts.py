"""It works without JavaScript first: sign in, open, write a note, close, assign, sign out."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.matters import subject_of
from tests.browser.site import Site, Window, context_on

pytestmark = [pytest.mark.anyio, pytest.mark.turns("without scripts", 1)]


@pytest.fixture
async def plain(site: Site, chromium: Browser) -> AsyncIterator[Window]:
    """A window that runs no scripts."""
    context = await context_on(chromium, scripts=False)
    window = await Window.on(site, context)
    yield window
    await context.close()
    assert window.complaints == [] and window.elsewhere == []


async def test_a_day_without_scripts(plain: Window) -> None:
    page = plain.page
    await plain.sign_in()
    await page.get_by_role("searchbox").fill(f'"{subject_of("plain")}"')
    await page.get_by_role("searchbox").press("Enter")
    await page.locator("[data-row] a").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(subject_of("plain"))

    await page.locator("#write-note > summary").click()
    await page.get_by_label("Your note").fill("Written without scripts.")
    await page.get_by_role("button", name="Keep note").click()
    await expect(page.locator(".message-note")).to_contain_text("Written without scripts.")

    await page.get_by_label("Assigned").select_option(label="Ben Okafor")
    await page.locator("form.choose", has=page.get_by_label("Assigned")).get_by_role("button", name="Save").click()
    await expect(page.locator(".timeline")).to_contain_text("nobody → Ben Okafor")

    await page.get_by_role("button", name="Close", exact=True).click()
    await expect(page.get_by_label("Status")).to_have_value("closed")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_label("Status")).to_have_value("new")
    await page.get_by_role("button", name="Olivia Hart").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
