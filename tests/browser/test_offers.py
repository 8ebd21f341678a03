"""Offers in a real browser: a profile tried while it is written, offers picked by key, one offer worked with."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from playwright.async_api import Browser, StorageState, expect

from tests.browser.offered import put_offers
from tests.browser.site import Site, Window, context_on
from tests.browser.test_every_page import SHAPES, flaws_of

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]
HERE = "/sourcing/offers"


@pytest.fixture(scope="module")
async def offers(site: Site) -> list[UUID]:
    """Put down once for all tests of this file."""
    return await put_offers(site)


@pytest.fixture
async def plain(site: Site, chromium: Browser, known: StorageState) -> AsyncIterator[Window]:
    """A window of the owner that runs no scripts."""
    context = await context_on(chromium, scripts=False, known=known)
    window = await Window.on(site, context)
    yield window
    await context.close()
    assert window.complaints == [] and window.elsewhere == []


async def test_a_profile_is_tried_while_it_is_written(window: Window, offers: list[UUID]) -> None:
    page = window.page
    await window.open("/sourcing/profiles/new")
    await page.get_by_label("What the position is called").fill("Gardener")
    await page.get_by_label("What you can do").fill("Roses: high")
    await page.get_by_label("Other words you like to read").fill("hedges")
    await page.get_by_label("Other words you like to read").blur()
    found = page.locator("#preview")
    await expect(found).to_contain_text(re.compile(r"[1-9]\d* of the newest"))
    await expect(found.locator("li").first).to_contain_text("Gardener")
    await page.get_by_label("Name").first.fill(f"Gardens {offers[0]}")
    await page.get_by_role("button", name="Keep").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Gardens")


async def test_offers_are_picked_by_key_put_away_and_brought_back(window: Window, offers: list[UUID]) -> None:
    page = window.page
    await window.open(f"{HERE}?mode=explore&score=1")
    before = await page.locator("tr[data-row]").count()
    await window.press("j", "x", "j", "x")
    bar = page.locator("#selection")
    await expect(bar).to_contain_text("2 selected")
    await bar.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Finished.")).to_be_visible()
    await page.get_by_role("link", name="Back to the offers").click()
    await expect(page.locator("tr[data-row]")).to_have_count(before - 2)
    await page.go_back()
    await page.get_by_role("button", name="Undo all of it").click()
    await expect(page.get_by_text("Undone.")).to_be_visible()
    await page.get_by_role("link", name="Back to the offers").click()
    await expect(page.locator("tr[data-row]")).to_have_count(before)
    await page.get_by_role("link", name="As cards").click()
    await expect(page.locator(".offer-card")).to_have_count(before)


async def test_an_offer_is_worked_with_by_keyboard(window: Window, offers: list[UUID]) -> None:
    page = window.page
    await window.open(f"{HERE}/{offers[0]}")
    await expect(page.get_by_role("img", name=re.compile("of 100 points"))).to_be_visible()
    await window.press("p")
    await expect(page.get_by_label("Status")).to_have_value("APPLIED")
    await page.get_by_label("Status").select_option("INTERVIEWING")
    await expect(page.locator(".timeline").last).to_contain_text("Applied → In interviews")
    await page.get_by_label("Notes").fill("Ask for Ines.")
    await page.get_by_label("Follow up on").fill("2026-01-05")
    await page.get_by_role("button", name="Keep").click()
    await expect(page.locator(".timeline").last).to_contain_text("Follow-up on 2026-01-05")
    await window.open(HERE)
    await expect(page.get_by_text("is due").or_(page.get_by_text("are due"))).to_be_visible()


@pytest.mark.turns("without scripts", 1)
async def test_a_search_is_kept_without_scripts(plain: Window, offers: list[UUID]) -> None:
    page = plain.page
    await plain.open(f"{HERE}?mode=explore")
    await page.locator("summary", has_text="Filter").click()
    await page.get_by_label("Way of working").select_option("remote")
    await page.get_by_role("button", name="Filter").click()
    await page.get_by_label("Name of this search").fill(f"Remote {offers[0]}")
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.get_by_role("link", name=f"Remote {offers[0]}")).to_be_visible()
    await page.locator("tr[data-row] a").first.click()
    await page.get_by_role("button", name="Save", exact=True).first.click()
    await expect(page.get_by_label("Status")).to_have_value("SAVED")


@pytest.mark.turns("an eye on every page", 3)
@pytest.mark.parametrize("shape", SHAPES)
async def test_pages_of_offers_are_for_everybody(
    site: Site, chromium: Browser, known: StorageState, offers: list[UUID], shape: str
) -> None:
    width, dark = SHAPES[shape]
    context = await context_on(chromium, width=width, dark=dark, known=known)
    window = await Window.on(site, context)
    found = {}
    for path in (
        f"{HERE}?mode=explore",
        f"{HERE}?mode=strict&show=cards",
        f"{HERE}?mode=catalog",
        f"{HERE}?q=nowhere-at-all",
        f"{HERE}/{offers[0]}",
        f"{HERE}/{offers[1]}",
        f"{HERE}/{offers[3]}",
        "/sourcing/profiles",
        "/sourcing/profiles/new",
        "/sourcing/searches",
    ):
        if flaws := await flaws_of(window, path, shape):
            found[path] = flaws
    await context.close()
    assert found == {}
