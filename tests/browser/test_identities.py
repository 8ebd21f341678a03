"""Addresses we send as, in a real browser."""

import pytest
from playwright.async_api import expect

from tests.browser.site import Window
from tests.browser.test_every_page import flaws_of

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]


async def test_an_owner_adds_an_address_and_sees_what_it_waits_for(window: Window) -> None:
    await window.open("/send-identities")
    await window.page.get_by_label("Address").fill("help@acme.example")
    await window.page.get_by_role("button", name="Add and mail the link").click()
    row = window.page.get_by_role("row").filter(has_text="help@acme.example")
    await expect(row.get_by_text("Waiting for its owner")).to_be_visible()
    await row.get_by_text("Name and signature").click()
    await row.get_by_label("Signature below every reply").fill("Yours, Acme")
    await row.get_by_role("button", name="Save").click()
    await expect(row.get_by_label("Signature below every reply")).to_have_value("Yours, Acme")
    await row.get_by_role("button", name="Switch off").click()
    await expect(row.get_by_text("Switched off")).to_be_visible()
    assert await flaws_of(window, "/send-identities") == []
