"""A mailbox file becomes conversations before the eyes of an agent who has the inbox open."""

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.site import Site, Window
from tests.ticketing.desk import mail

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]


async def test_a_mailbox_file_appears_in_an_open_inbox(window: Window, site: Site, tmp_path: Path) -> None:
    marks = [os.urandom(4).hex() for _ in range(2)]
    await window.open("/tickets")
    async with window.page.expect_response("**/live*"):
        await window.page.reload()
    bar = window.page.locator("#news")
    top = window.page.locator("[data-row]").first
    before = await top.inner_text()
    assert await site.bring(mailbox(tmp_path, *marks)) == 3
    await expect(bar).to_contain_text("2 new")
    assert await top.inner_text() == before
    await bar.get_by_role("link").click()
    await expect(window.page.locator("[data-row]", has_text=marks[0])).to_be_visible()
    await expect(window.page.locator("[data-row]", has_text=marks[1]).locator(".chip")).to_have_text("2")


def mailbox(folder: Path, first: str, second: str) -> Path:
    """Three mails, two conversations; the answer stands before what it answers."""
    answer = mail(f"{second}-2", refs=(f"{second}-1",), subject=f"Re: {second}", text="A second word.")
    mails = [mail(f"{first}-1", subject=first), answer, mail(f"{second}-1", subject=second)]
    path = folder / "new.mbox"
    line = b"From MAILER Mon Nov  2 09:00:00 2026\n"
    path.write_bytes(b"".join(line + raw.replace(b"\r", b"") + b"\n" for raw in mails))
    return path
