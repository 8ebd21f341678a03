"""A real Chromium on the real product; no window may complain or ask anybody else for anything."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, StorageState, async_playwright, expect

from tests.browser.gallery import Gallery
from tests.browser.site import Site, Window, context_on
from tests.database import Databases
from tests.needs import needs

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CHECKOUT = Path(__file__).parents[2]
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all tests of the browser, on a database of its own."""
    needs("chromium")
    logins = databases.clone("browser")
    data = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "tests.browser.serving", logins.app, logins.worker, str(data)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next((line.strip() for line in process.stdout if line.startswith("http")), "")
        assert address, "the product did not start"
        yield Site(address, logins, data)
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for the tests of a file."""
    path = needs("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def stranger(site: Site, chromium: Browser) -> AsyncIterator[Window]:
    """A window of somebody who is not signed in."""
    context = await context_on(chromium)
    window = await Window.on(site, context)
    yield window
    await context.close()
    assert window.complaints == [] and window.elsewhere == []


@pytest.fixture(scope="module")
async def known(site: Site, chromium: Browser) -> StorageState:
    """The cookies of the owner, who signed in once."""
    context = await context_on(chromium)
    window = await Window.on(site, context)
    await window.sign_in()
    state = await context.storage_state()
    await context.close()
    return state


@pytest.fixture
async def window(site: Site, chromium: Browser, known: StorageState) -> AsyncIterator[Window]:
    """A window of the owner."""
    context = await context_on(chromium, known=known)
    window = await Window.on(site, context)
    yield window
    await context.close()
    assert window.complaints == [] and window.elsewhere == []


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    """Pictures elsewhere."""
    with Gallery() as open_to_all:
        yield open_to_all
