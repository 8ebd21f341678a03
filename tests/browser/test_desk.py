"""An agent's day at the desk, by hand and by keyboard."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.site import OWNER, Window

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]


async def test_a_wrong_password_says_so_and_the_right_one_leads_to_the_inbox(stranger: Window) -> None:
    await stranger.open("/sign-in")
    await stranger.sign_in(password="not-this-one")
    await expect(stranger.page.get_by_role("alert")).to_contain_text("E-mail or password is wrong.")
    await expect(stranger.page.get_by_label("E-mail")).to_have_value(OWNER)
    (refused,) = stranger.complaints
    assert "401" in refused
    stranger.complaints.clear()
    await stranger.sign_in()
    await expect(stranger.page).to_have_title("Inbox · Waypost")
    assert await stranger.page.locator("[data-row]").count() > 20


async def test_the_list_is_walked_by_keyboard(window: Window) -> None:
    await window.open("/tickets")
    focused = window.page.locator("[data-row]:has(a:focus)")
    links = window.page.locator("[data-row] a")
    await window.press("j", "j", "j", "k")
    first = await focused.locator("a").get_attribute("href")
    assert first == await links.nth(1).get_attribute("href")
    await window.press("Enter")
    await expect(window.page).to_have_url(re.compile(re.escape(first or "")))
    await expect(window.page.locator("details.message[open]").first).to_be_visible()


async def test_search_finds_and_says_when_it_does_not(window: Window) -> None:
    await window.open("/tickets")
    await window.press("/")
    await window.page.keyboard.type("boiler")
    await window.press("Enter")
    await expect(window.page.locator("[data-row]", has_text="Peter Whitfield")).to_be_visible()
    await window.press("/")
    await window.page.keyboard.type("zwieback-nowhere")
    await window.press("Enter")
    await expect(window.page.get_by_role("heading", name="Nothing found")).to_be_visible()


async def test_help_lists_the_keys_of_the_page(window: Window) -> None:
    await window.open("/tickets")
    await window.press("?")
    keys = window.page.get_by_role("dialog", name="Keys")
    await expect(keys).to_contain_text("Search tickets")
    await window.press("Escape")
    await expect(keys).to_be_hidden()


async def test_the_palette_goes_anywhere(window: Window) -> None:
    await window.open("/tickets")
    await window.press("Control+k")
    await window.page.keyboard.type("quaran")
    await window.press("Enter")
    await expect(window.page).to_have_title("Quarantine · Waypost")
    await window.press("g", "i")
    await expect(window.page).to_have_title("Inbox · Waypost")


async def test_the_palette_sets_a_value_by_its_name(window: Window) -> None:
    await window.open_matter("palette")
    for words, name, value in (("status wait", "Status", "pending"), ("prio urg", "Priority", "urgent")):
        await window.press("Control+k")
        await window.page.keyboard.type(words)
        await expect(window.page.locator("#palette [role=option]")).to_have_count(1)
        await window.press("Enter")
        await expect(window.page.get_by_label(name)).to_have_value(value)
        await expect(window.page.locator("#palette")).to_be_hidden()
    await window.press("Control+k")
    await window.page.keyboard.type("assigned ben")
    await window.press("Enter")
    await expect(window.page.locator(".timeline")).to_contain_text("nobody → Ben Okafor")
    await window.press("Control+k")
    await window.page.keyboard.type("status wait")
    await expect(window.page.locator("#palette [role=option]")).to_have_count(0)
    await window.press("Escape")


async def test_close_and_take_it_back(window: Window) -> None:
    await window.open_matter("close")
    status = window.page.get_by_label("Status")
    await window.press("e")
    await expect(status).to_have_value("closed")
    await window.press("u")
    await expect(status).to_have_value("new")
    await expect(window.page.locator(".timeline")).to_contain_text("Closed → New")


async def test_a_note_stays(window: Window) -> None:
    await window.open_matter("note")
    await window.press("n")
    await expect(window.page.get_by_label("Your note")).to_be_focused()
    await window.page.keyboard.type("She called, **urgent**.")
    await window.press("Control+Enter")
    note = window.page.locator(".message-note")
    await expect(note).to_contain_text("She called, urgent.")
    await expect(note.locator("strong")).to_have_text("urgent")
    await expect(window.page.get_by_label("Your note")).to_have_value("")


async def test_assign_to_a_colleague(window: Window) -> None:
    path = await window.open_matter("assign")
    await window.page.get_by_label("Assigned").select_option(label="Ben Okafor")
    await expect(window.page.locator(".timeline")).to_contain_text("nobody → Ben Okafor")
    await window.open("/tickets?q=Matter+of+assign")
    await expect(window.page.locator(f"[data-row]:has(a[href^='{path}'])")).to_contain_text("Ben Okafor")


async def test_let_it_wait(window: Window) -> None:
    await window.open_matter("wait")
    await window.page.get_by_label("Status").select_option("pending")
    await expect(window.page.locator(".timeline")).to_contain_text("→ Waiting")
    await window.open("/tickets?view=waiting")
    await expect(window.page.locator("[data-row]").first).to_contain_text("Matter of wait")
