"""A mail that defeated the reader becomes a ticket all the same."""

import pytest
from playwright.async_api import expect

from tests.browser.site import Window

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]


async def test_a_quarantined_mail_becomes_a_ticket(window: Window) -> None:
    await window.open("/quarantine")
    items = window.page.locator("tbody tr")
    await expect(items).to_have_count(1)
    await items.get_by_role("button", name="Make a ticket").click()
    await expect(window.page.get_by_role("heading", name="Nothing is quarantined")).to_be_visible()
    await window.page.get_by_role("link", name="Settled").click()
    await expect(items).to_contain_text("Became a ticket")
    await window.open(await window.find('"Combined site reports"'))
    await expect(window.page.locator("a.attachment").first).to_contain_text(".eml")
