"""The page that verifies from the disk: opened as a file in Chromium, nothing leaves it."""

import base64
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from tests.archive.evidence.logbook import Clock, Logbook
from tests.archive.evidence.parcel import Parcel, packed
from tests.browser.conftest import FLAGS
from tests.needs import needs

pytestmark = pytest.mark.anyio
FILE = Path(__file__).parents[3] / "scripts" / "ops" / "waypost-verify.html"
WHOLE = {
    "pdf": "OK",
    "attachments": "OK",
    "sidecar": "OK",
    "leaf": "OK",
    "inclusion": "OK",
    "checkpoint": "OK",
    "time_proof": "ABSENT",
    "signature": "ABSENT",
}


@dataclass(frozen=True, slots=True)
class Bare:
    """A token as far as this page reads it."""

    der: bytes
    at: datetime
    subject: str = "CN=The clock tower"


@dataclass(slots=True)
class Tower:
    """Gives such tokens."""

    clock: Clock

    async def token(self, digest: bytes) -> Bare:
        return Bare(b"\x30\x22\x04\x20" + digest, self.clock.now)


@pytest.fixture
async def parcel(acme: Logbook, clock: Clock, tmp_path: Path) -> Parcel:
    """A file that is not signed: this page does not look at signatures."""
    return await packed(acme, clock, tmp_path / "parcel", b"%PDF-1.7 pages", tmp_path, Tower(clock))


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """The file in a browser without a network; it may not complain."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=needs("chromium"), args=FLAGS)
        context = await browser.new_context(offline=True)
        opened = await context.new_page()
        opened.on("console", lambda said: complaints.append(said.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        await opened.goto(FILE.as_uri())
        yield opened
        await browser.close()
    assert complaints == []


async def verdict(page: Page, parcel: Parcel, *, key: str | None = None, keys: bool = True) -> dict[str, str]:
    """What each check says of the parcel's files."""
    await page.reload()
    await page.fill("#key", key or "")
    files = [parcel.pdf, parcel.attachment, parcel.beside(".json"), parcel.beside(".proof.json")]
    given = [file for file in (*files, *([parcel.pdf.parents[1] / "keys.txt"] if keys else [])) if file.exists()]
    await page.set_input_files("#files", given)
    await page.wait_for_selector("li[data-check=signature]")
    lines = await page.query_selector_all("li[data-check]")
    return {str(await line.get_attribute("data-check")): str(await line.get_attribute("class")) for line in lines}


async def test_it_finds_what_is_whole_and_what_is_not(page: Page, parcel: Parcel) -> None:
    assert await verdict(page, parcel) == WHOLE
    assert await verdict(page, parcel, keys=False, key=parcel.keys[0]) == WHOLE
    assert (await verdict(page, parcel, keys=False))["checkpoint"] == "ABSENT"
    other = parcel.keys[0].rpartition("+")[0] + "+" + base64.b64encode(b"\x01" + bytes(31) + b"\x01").decode()
    assert (await verdict(page, parcel, key=other))["checkpoint"] == "FAIL"
    kept = {path: path.read_bytes() for path in (parcel.pdf, parcel.attachment, parcel.beside(".proof.json"))}
    for path, failing in zip(kept, ({"pdf", "leaf"}, {"attachments"}, {"leaf"}), strict=True):
        path.write_bytes(
            kept[path].replace(b"pages", b"Pages").replace(b"plan", b"Plan").replace(b"record", b"upgrade")
        )
        found = await verdict(page, parcel)
        assert {name for name, state in found.items() if state == "FAIL"} == failing, path
        path.write_bytes(kept[path])
    said = parcel.said(".proof.json")
    said["inclusion"][0] = "00" * 32
    parcel.say(".proof.json", said)
    assert {name for name, state in (await verdict(page, parcel)).items() if state == "FAIL"} == {"inclusion"}


def test_its_policy_lets_nothing_in_but_itself() -> None:
    text = FILE.read_text(encoding="utf-8")
    for kind, tag in (("script", "script"), ("style", "style")):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert f"{kind}-src 'sha256-{base64.b64encode(sha256(inside.encode()).digest()).decode()}'" in text
    assert "default-src 'none'" in text and "http://" not in text and "https://" not in text
