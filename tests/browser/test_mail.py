"""What strangers sent: pictures and files of a mail, and what never leaves the house when it is read."""

import asyncio
import os
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.gallery import Gallery
from tests.browser.site import Site, Window

pytestmark = [pytest.mark.anyio, pytest.mark.turns("a hand in the browser", 5)]

UNFOLD = "() => document.querySelectorAll('details.message').forEach(each => each.open = true)"
LOADED = "image => image.complete && image.naturalWidth > 0"


async def test_a_picture_in_a_mail_is_shown(window: Window) -> None:
    await window.open(await window.find('"baby in the house"'))
    await unfold(window)
    picture = window.page.frame_locator("iframe.mail-frame").first.locator("img[alt=gauge]")
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_be_visible()
    assert await picture.evaluate(LOADED)


async def test_pictures_from_elsewhere_stay_there(window: Window) -> None:
    await window.open(await window.find('"The Pipe Wrench"'))
    await expect(window.page.locator(".pictures").first).to_contain_text("the sender learns nothing")
    frame = window.page.frame_locator("iframe.mail-frame").first
    await expect(frame.locator("img[data-remote-src]").first).to_be_attached()
    assert await frame.locator("img[src^='http']").count() == 0


async def test_pictures_from_elsewhere_come_through_us_when_asked(
    window: Window, site: Site, gallery: Gallery, tmp_path: Path
) -> None:
    subject = os.urandom(4).hex()
    (tmp_path / "with.eml").write_bytes(with_picture(subject, gallery.url))
    assert await site.bring(tmp_path / "with.eml") == 1
    await window.open(await eventually(window, subject))
    assert gallery.visitors == []
    await window.page.get_by_role("link", name="Show", exact=True).click()
    picture = window.page.frame_locator("iframe.mail-frame").locator("img").first
    await expect(picture).to_be_visible()
    assert await picture.evaluate(LOADED)
    assert len(gallery.visitors) == 1 and "Chrome" not in gallery.visitors[0]


async def test_a_mail_runs_nothing_and_reaches_nothing(window: Window) -> None:
    await window.open(await window.find('"The Pipe Wrench"'))
    frame = window.page.locator("iframe.mail-frame").first
    allowed = (await frame.get_attribute("sandbox") or "").split()
    assert not {"allow-scripts", "allow-same-origin", "allow-forms", "allow-top-navigation"} & set(allowed)


async def test_a_file_comes_by_a_signed_link(window: Window) -> None:
    found = await window.page.request.get(f"{window.site.url}/tickets?limit=100")
    for row in (await found.json())["items"]:
        whole = await (await window.page.request.get(f"{window.site.url}/tickets/{row['id']}")).json()
        files = [file for message in whole["messages"] for file in message["attachments"] if not file["is_inline"]]
        if files:
            break
    else:
        pytest.fail("no mail of the sample company has a file")
    await window.open(f"/tickets/{row['id']}")
    await unfold(window)
    async with window.page.expect_download() as waiting:
        await window.page.locator(f"a.attachment[href*='{files[0]['id']}']").click()
    download = await waiting.value
    assert re.search(r"/blobs/[\w.-]+$", download.url)
    assert download.suggested_filename == files[0]["filename"]
    assert (await download.path()).stat().st_size == files[0]["size_bytes"]


async def unfold(window: Window) -> None:
    """Open every message of the thread."""
    await window.page.evaluate(UNFOLD)


def with_picture(subject: str, url: str) -> bytes:
    """A mail that shows a picture from elsewhere."""
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "ad@client.example", subject, f"<{subject}@x.example>"
    message["Date"] = "Mon, 2 Nov 2026 08:00:00 +0000"
    message.set_content(f'<p>Look</p><img src="{url}" alt="far away" width="40" height="40">', subtype="html")
    return message.as_bytes()


async def eventually(window: Window, subject: str) -> str:
    """The ticket that a worker is about to make."""
    for _ in range(200):
        found = await window.page.request.get(f"{window.site.url}/tickets", params={"q": subject})
        if items := (await found.json())["items"]:
            return f"/tickets/{items[0]['id']}"
        await asyncio.sleep(0.05)
    pytest.fail("no ticket came")
