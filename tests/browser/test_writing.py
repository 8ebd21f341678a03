"""Answering by hand and by keyboard: what is typed is kept, sent, taken back; colleagues are called and seen."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.site import Site, Window, context_on

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]
BEN = "ben@acme.example"


@pytest.fixture
async def ben(site: Site, chromium: Browser) -> AsyncIterator[Window]:
    """A colleague's window."""
    context = await context_on(chromium)
    window = await Window.on(site, context)
    await window.sign_in(BEN)
    yield window
    await context.close()
    assert window.complaints == []


async def test_a_reply_is_kept_sent_and_taken_back(window: Window) -> None:
    path = await window.open_matter("reply")
    await window.press("r")
    text = window.page.get_by_label("Your reply")
    await expect(text).to_be_focused()
    await window.page.keyboard.type("We come **today**.")
    await expect(window.page.locator("#kept")).to_contain_text("Kept")
    await window.open(path)
    await expect(window.page.get_by_text("You began a reply")).to_be_visible()
    await window.page.get_by_role("link", name="Go on writing").click()
    await expect(text).to_have_value("We come **today**.")
    await window.page.get_by_label("Canned reply").select_option(label="Ask for a photo")
    await window.page.get_by_role("button", name="Insert").click()
    await expect(text).to_have_value(re.compile(r"type plate.*Olivia", re.DOTALL))
    await window.page.get_by_role("button", name="Preview").click()
    preview = window.page.frame_locator("#reply-preview iframe")
    await expect(preview.locator("strong").first).to_have_text("today")
    await text.focus()
    await window.press("Control+Enter")
    toast = window.page.locator(".toast", has_text="leaves in a moment")
    await expect(toast.locator("[data-countdown]")).to_have_text(re.compile(r"^[1-9]$"))
    await window.press("u")
    await expect(window.page).to_have_url(re.compile(r"/reply$"))
    await expect(text).to_have_value(re.compile("We come"))


async def test_colleagues_are_offered_by_name(window: Window) -> None:
    await window.open_matter("mention")
    await window.press("n")
    note = window.page.get_by_label("Your note")
    await expect(note).to_be_focused()
    await window.page.keyboard.type("Look, @be")
    await expect(window.page.locator(".offer", has_text="Ben Okafor")).to_be_visible()
    await window.press("Enter")
    await expect(note).to_have_value("Look, @Ben Okafor ")
    await expect(window.page.locator(".offer")).to_have_count(0)
    await window.press("Control+Enter")
    await expect(window.page.locator(".message-note mark")).to_have_text("@Ben Okafor")
    await expect(window.page.locator("#context")).to_contain_text("Watching")


async def test_who_else_is_here(window: Window, ben: Window) -> None:
    path = await window.open_matter("presence")
    here = window.page.locator("#present")
    await ben.open(path)
    await expect(here).to_contain_text("Ben Okafor is reading")
    await ben.press("n")
    await ben.page.keyboard.type("I think")
    await expect(here).to_contain_text("Ben Okafor is writing")
    await ben.page.get_by_label("Your note").fill("")
    await ben.open("/tickets")
    await expect(here).to_be_empty()


async def test_a_conversation_prints(window: Window) -> None:
    await window.open(await window.find('"baby in the house"'))
    await window.page.emulate_media(media="print")
    for away in (".rail", ".pane-list", ".composer", ".toolbar"):
        await expect(window.page.locator(away).first).to_be_hidden()
    await expect(window.page.locator(".message").first).to_be_visible()
