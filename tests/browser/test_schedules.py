"""Schedules in a real browser: the next times are shown while a rhythm is written, also without scripts."""

import pytest
from playwright.async_api import Browser, StorageState, expect

from tests.browser.site import Site, Window, context_on

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]
HERE = "/sourcing/schedules"


async def test_a_search_is_planned(window: Window) -> None:
    page = window.page
    await window.open(HERE)
    await page.get_by_role("link", name="Plan a search").first.click()
    await page.get_by_label("Name").fill("Welders by the sea")
    await page.get_by_label("Words").fill("welder")
    await page.get_by_label("Rhythm").fill("0 6 * * 1-5")
    await page.get_by_label("Time zone").fill("Europe/Warsaw")
    await page.get_by_role("button", name="Show the next times").click()
    await expect(page.locator("#ahead li")).to_have_count(5)
    await expect(page.locator("#ahead")).to_contain_text("Europe/Warsaw")
    assert await page.get_by_label("Name").input_value() == "Welders by the sea"
    await page.get_by_role("button", name="Keep schedule").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Welders by the sea")
    await expect(page.locator("#past")).to_contain_text("Changed")
    await window.open(HERE)
    row = page.locator("tr", has_text="Welders by the sea")
    await row.get_by_role("button", name="Pause").click()
    await expect(row).to_contain_text("Paused")


@pytest.mark.turns("without scripts", 1)
async def test_without_scripts_a_preview_is_a_page(site: Site, chromium: Browser, known: StorageState) -> None:
    context = await context_on(chromium, scripts=False, known=known)
    window = await Window.on(site, context)
    page = window.page
    await window.open(f"{HERE}/new")
    await page.get_by_label("Rhythm").fill("0 6 * * 1-5")
    await page.get_by_role("button", name="Show the next times").click()
    await expect(page.locator("#ahead li")).to_have_count(5)
    assert await page.get_by_label("Rhythm").input_value() == "0 6 * * 1-5"
    await context.close()
    assert window.complaints == [] and window.elsewhere == []
