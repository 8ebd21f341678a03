"""A running product and the windows that people open on it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, StorageState

from tests.browser.matters import INBOX, subject_of
from tests.database import Logins
from tests.fixtures import house_on
from waypost.cli.organisations import organisation_of
from waypost.cli.sample_sign_in import COMPANY, PASSWORD
from waypost.platform.storage.blobs import Blobs
from waypost.ticketing.mailboxes.bring_in import bring_in

OWNER = "owner@acme.example"


@dataclass(frozen=True, slots=True)
class Site:
    """Where it runs, and what else the test process may use of it."""

    url: str
    logins: Logins
    data: Path

    async def bring(self, *files: Path) -> int:
        """Import as `waypost import` does it, from a process that is not the server's; returns how many were new."""
        house = house_on(self.logins, self.data)
        org = await organisation_of(house, COMPANY)
        tally = await bring_in(house.works, house.parts.of(Blobs), org, files, inbox=INBOX)
        await house.close()
        return tally.new


@dataclass(eq=False)
class Window:
    """One window of a browser, and everything in it that should not have been."""

    site: Site
    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @classmethod
    async def on(cls, site: Site, context: BrowserContext) -> "Window":
        """A window whose complaints are written down."""
        window = cls(site, await context.new_page())
        window.page.on("console", window._said)
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        window.page.on("request", window._asked)
        return window

    async def open(self, path: str) -> None:
        """Go there."""
        answer = await self.page.goto(self.site.url + path)
        assert answer is not None and answer.ok, f"{path}: {answer and answer.status}"

    async def sign_in(self, email: str = OWNER, password: str = PASSWORD) -> None:
        """Through the form, as people do."""
        await self.page.goto(f"{self.site.url}/sign-in?next=/tickets")
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.wait_for_load_state()

    async def find(self, words: str) -> str:
        """The address of the newest ticket that these words find."""
        found = await self.page.request.get(f"{self.site.url}/tickets", params={"q": words})
        (first, *_) = (await found.json())["items"]
        return f"/tickets/{first['id']}"

    async def open_matter(self, matter: str) -> str:
        """The ticket that belongs to one test; returns its address."""
        path = await self.find(f'"{subject_of(matter)}"')
        await self.open(path)
        return path

    async def press(self, *keys: str) -> None:
        """On the keyboard, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme.startswith("http") and not request.url.startswith(self.site.url):
            self.elsewhere.append(request.url)


async def context_on(
    browser: Browser, *, width: int = 1280, scripts: bool = True, dark: bool = False, known: StorageState | None = None
) -> BrowserContext:
    """A browser profile of its own."""
    return await browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        reduced_motion="reduce",
        storage_state=known,
    )
