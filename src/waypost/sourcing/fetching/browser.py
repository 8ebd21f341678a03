"""Pages that scripts draw, where a source's recipe says so. The browser draws and nothing else: every request of a page
is made by us, with our manners, and handed to it; it has no way out of its own and no identity but ours.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching.faults import Fault, NoBrowser, NotDrawn

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright, Route, WebSocketRoute

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NEEDED = frozenset({"document", "script", "xhr", "fetch"})
"""Kinds of requests that make a page's text; pictures, fonts and styles are not asked for."""
NOWHERE = "http://127.0.0.1:9"
"""The browser's only way out, at which nobody listens."""
LAUNCH_TRIES, LAUNCH_MS, LAUNCH_PAUSE = 2, 30_000, 2.0
NAVIGATION_MS, READY_MS = 25_000, 10_000
MOST_REQUESTS = 20

Ask = Callable[[str], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one run (sourcing.md 4.5)."""

    most: int = 3
    """Pages."""
    budget_ms: int = 30_000
    cooldown_ms: int = 4_000
    """Between two pages."""


@dataclass(slots=True)
class Chromium:
    """One browser of a process, started when the first page needs it. `executable` None: whatever is installed."""

    executable: str | None = None
    headless: bool = True
    """Without a window (PLAYWRIGHT_HEADLESS)."""
    pause: float = LAUNCH_PAUSE
    retries: int = 0
    _playwright: "Playwright | None" = None
    _browser: "Browser | None" = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def context(self, agent: str) -> "BrowserContext":
        """A fresh room without memory. Refuses with `NoBrowser`."""
        async with self._lock:
            if self._browser is None or not self._browser.is_connected():
                self._browser = await self._launched()
        return await self._browser.new_context(user_agent=agent, service_workers="block", accept_downloads=False)

    async def close(self) -> None:
        """End it, if it was ever begun."""
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None

    async def _launched(self) -> "Browser":
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError:
            raise NoBrowser("this source's pages are drawn by scripts; the extra 'browser' is not installed") from None
        program = self.executable or installed()
        if program is None:
            raise NoBrowser("this source's pages are drawn by scripts, and no Chromium is installed here")
        self._playwright = self._playwright or await async_playwright().start()
        for left in reversed(range(LAUNCH_TRIES)):
            try:
                return await self._playwright.chromium.launch(
                    executable_path=program,
                    headless=self.headless,
                    timeout=LAUNCH_MS,
                    chromium_sandbox=os.geteuid() != 0,
                    proxy={"server": NOWHERE, "bypass": "<-loopback>"},
                    args=["--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--no-first-run"],
                )
            except Error as error:
                told = str(error).splitlines()[0]
            if left:
                self.retries += 1
                await asyncio.sleep(self.pause)
        raise NoBrowser(f"the browser could not be started: {told}")


def installed() -> str | None:
    """The path of an installed Chromium."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@dataclass(slots=True)
class Drawer:
    """Draws the pages of one run within its limits (`polite.Drawing`)."""

    chromium: Chromium
    agent: str
    limits: Limits = field(default_factory=Limits)
    drawn: int = 0
    used_ms: float = 0.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def draw(self, page: Page, ask: Ask) -> Page:
        """The page after its scripts ran. Refuses with `NoBrowser`, `NotDrawn`."""
        if self.drawn >= self.limits.most or self.used_ms >= self.limits.budget_ms:
            raise NotDrawn(f"this run may draw no more pages ({self.drawn} in {self.used_ms / 1_000:.0f} s)")
        if self.drawn:
            await self.sleep(self.limits.cooldown_ms / 1_000)
        self.drawn += 1
        began = monotonic()
        try:
            return await self._drawn(page, ask)
        finally:
            self.used_ms += (monotonic() - began) * 1_000

    async def _drawn(self, page: Page, ask: Ask) -> Page:
        from playwright.async_api import Error
        from playwright.async_api import TimeoutError as Late

        room = await self.chromium.context(self.agent)
        try:
            tab = await room.new_page()
            answers = _Answers(page, ask)
            await tab.route("**/*", answers.give)
            await tab.route_web_socket("**/*", _refused)
            await tab.goto(page.url, wait_until="domcontentloaded", timeout=NAVIGATION_MS)
            with suppress(Late):
                await tab.wait_for_load_state("networkidle", timeout=READY_MS)
            html = await tab.content()
        except Error as error:
            raise NotDrawn(f"{page.url} could not be drawn: {str(error).splitlines()[0]}") from None
        finally:
            await room.close()
        return Page(page.url, 200, html.encode(), "text/html; charset=utf-8", page.asked, page.at, drawn=True)


@dataclass
class _Answers:
    """Stands between the browser and the world. Without slots: the library marks handlers that it has seen."""

    first: Page
    ask: Ask
    asked: int = 0

    async def give(self, route: "Route") -> None:
        """Ours, or nothing."""
        request = route.request
        if request.url == self.first.url and request.is_navigation_request():
            return await self._give(route, self.first)
        self.asked += 1
        if request.resource_type not in NEEDED or request.method != "GET" or self.asked > MOST_REQUESTS:
            return await route.abort()
        try:
            await self._give(route, await self.ask(request.url))
        except Fault:
            await route.abort()

    async def _give(self, route: "Route", page: Page) -> None:
        await route.fulfill(status=page.status, content_type=page.content_type or "text/html", body=page.body)


async def _refused(socket: "WebSocketRoute") -> None:
    await socket.close()
