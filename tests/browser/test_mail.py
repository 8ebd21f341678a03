"""What strangers sent: pictures and files of a mail, and what never leaves the house when it is read."""

import re
from hashlib import sha256

import pytest
from playwright.async_api import expect

from tests.browser.site import Window

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("browser")]

LOADED = "image => image.complete && image.naturalWidth > 0"


async def test_a_picture_in_a_mail_is_shown(window: Window) -> None:
    await window.open(await window.find('"baby in the house"'))
    for message in await window.page.locator("details.message:not([open]) > summary").all():
        await message.click()
    picture = window.page.frame_locator("iframe.mail-frame").locator("img[alt=gauge]").first
    await picture.scroll_into_view_if_needed()
    await expect(picture).to_be_visible()
    assert await picture.evaluate(LOADED)


async def test_pictures_from_elsewhere_stay_there(window: Window) -> None:
    await window.open(await window.find('"The Pipe Wrench"'))
    await expect(window.page.locator(".pictures").first).to_contain_text("the sender learns nothing")
    frame = window.page.frame_locator("iframe.mail-frame").first
    await expect(frame.locator("img[data-remote-src]").first).to_be_attached()
    assert await frame.locator("img[src^='http']").count() == 0


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
    for message in await window.page.locator("details.message:not([open]) > summary").all():
        await message.click()
    async with window.page.expect_download() as waiting:
        await window.page.locator(f"a.attachment[href*='{files[0]['id']}']").click()
    download = await waiting.value
    assert re.search(r"/blobs/[\w.-]+$", download.url)
    assert download.suggested_filename == files[0]["filename"]
    assert sha256((await download.path()).read_bytes()).hexdigest() == files[0]["sha256"]
