"""Acting on many tickets, and putting conversations right, by hand and by keyboard."""

import re

import pytest
from playwright.async_api import Browser, StorageState, expect

from tests.browser.site import Site, Window, context_on
from tests.browser.test_every_page import SHAPES, flaws_of
from tests.sampling import share

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]


async def test_rows_are_picked_by_key_and_shift_then_changed_and_changed_back(window: Window) -> None:
    await window.open("/tickets?view=all")
    await window.press("j", "x")
    await window.page.locator("input[name=ids]").nth(2).click(modifiers=["Shift"])
    bar = window.page.locator("#selection")
    await expect(bar).to_contain_text("3 selected")
    await window.press("o")
    await expect(window.page.get_by_role("heading", level=1)).to_have_text("3 tickets chosen")
    await window.page.get_by_label("Priority").select_option("urgent")
    await window.page.locator("form:has(#act-priority)").get_by_role("button").click()
    await expect(window.page.get_by_text("Would change")).to_be_visible()
    await window.page.get_by_role("button", name="Do it").click()
    await expect(window.page.get_by_text("Finished.")).to_be_visible()
    await window.page.get_by_role("button", name="Undo all of it").click()
    await expect(window.page.get_by_text("Undone.")).to_be_visible()


async def test_the_list_is_narrowed_and_the_view_kept(window: Window) -> None:
    await window.open("/tickets?view=all")
    await window.press("f")
    await window.page.locator("#filter-priority").select_option("normal")
    await window.page.locator("#filter").get_by_role("button", name="Show").click()
    await expect(window.page).to_have_url(re.compile("priority=normal"))
    await expect(window.page.get_by_text("Narrowed by a filter.")).to_be_visible()
    await window.press("f")
    await window.page.get_by_label("Keep what the list shows now as").fill("Ordinary matters")
    await window.page.get_by_role("button", name="Save this view").click()
    tab = window.page.locator("nav.tabs a", has_text="Ordinary matters")
    await expect(tab).to_have_attribute("aria-current", "page")
    await window.open("/tickets/saved-views")
    await window.page.get_by_role("button", name="Acts of Ordinary matters").click()
    await window.page.get_by_role("button", name="Let it go").click()
    await expect(window.page.get_by_text("No saved views yet")).to_be_visible()


async def test_two_tickets_are_merged_and_parted_by_key(window: Window) -> None:
    here = await window.find('"The Pipe Wrench"')
    await window.open(here)
    await window.press("m")
    await window.page.get_by_placeholder("Search the other ticket").fill("baby in the house")
    await window.press("Enter")
    await window.page.locator("ul.plain a").first.click()
    await window.page.get_by_role("button", name="This becomes part of the other").click()
    await expect(window.page).not_to_have_url(re.compile(here))
    await window.page.locator("[data-toast]").get_by_role("button", name="Undo").click()
    await expect(window.page).to_have_url(re.compile(here))
    await expect(window.page.get_by_text("That was undone")).to_be_visible()


@pytest.mark.turns("an eye on every page", 3)
@pytest.mark.parametrize("shape", SHAPES)
async def test_these_pages_are_for_everybody(site: Site, chromium: Browser, known: StorageState, shape: str) -> None:
    width, dark = SHAPES[shape]
    context = await context_on(chromium, width=width, dark=dark, known=known)
    window = await Window.on(site, context)
    one, other = await window.find('"baby in the house"'), await window.find('"The Pipe Wrench"')
    ids = [path.rpartition("/")[2] for path in (one, other)]
    await window.open("/tickets?view=all")
    await window.page.locator("input[name=ids]").first.check()
    await window.page.get_by_role("button", name="All in this view…").click()
    await expect(window.page.get_by_role("heading", level=1)).to_contain_text("chosen")
    bulk = window.page.url.removeprefix(site.url)
    flaws = []
    pages = [
        bulk,
        f"{bulk}?status=closed",
        "/tickets/filter",
        "/tickets/saved-views",
        f"{one}/split",
        f"{one}/merge",
        f"{one}/merge?other={ids[1]}",
    ]
    for page in share(pages, len(SHAPES), list(SHAPES).index(shape)):
        flaws += [f"{page}: {flaw}" for flaw in await flaws_of(window, page, shape)]
    await context.close()
    assert flaws == [] and window.complaints == [] and window.elsewhere == []
