"""Asking with manners: robots.txt, one request at a time and only with leave, redirects judged, rest where asked for.

Nothing is circumvented: a host that says no is left alone, and neither a browser nor another name is tried.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from waypost.platform.errors import Refusal
from waypost.platform.http import AnswerTooLarge, BadAddress, NoAnswer, PrivateAddress, WayOut
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching import robots
from waypost.sourcing.fetching.addressing import Manners, belongs
from waypost.sourcing.fetching.faults import (
    Blocked,
    Capped,
    Elsewhere,
    Fault,
    Forbidden,
    NoBrowser,
    Resting,
    TooLarge,
    Unreachable,
)
from waypost.sourcing.fetching.hands import Leave, Shelf
from waypost.sourcing.fetching.judging import AFTER_A_NO, fault_of
from waypost.sourcing.fetching.patience import in_time
from waypost.sourcing.fetching.remembering import Remembered, recall, remember
from waypost.sourcing.fetching.timeline import Timeline
from waypost.sourcing.wire.report import HostNews

LARGEST = 5_000_000
"""Bytes of one page."""
MOST_REDIRECTS = 5
MOVED = frozenset({301, 302, 303, 307, 308})
TOO_FEW = 2
"""Slots at which more leave is asked for, before the last one is used."""
PAUSE = 1.0
"""Seconds until leave is asked for again where none was given."""
LONGEST_PAUSE = 15.0
LATE_SLOTS = 20
ACCEPTED = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.5"


class Drawing(Protocol):
    """A browser that draws a page from answers it is given."""

    async def draw(self, page: Page, ask: Callable[[str], Awaitable[Page]]) -> Page:
        """The page after its scripts ran; everything it asks for comes through `ask`."""


async def _unnoted(_host: str) -> None:
    """Nobody counts."""


@dataclass(slots=True)
class Hosts:
    """What all visitors of one process share: one request at a time to a host, and which hosts are closed."""

    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    closed: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def lock(self, host: str) -> asyncio.Lock:
        """The host's turnstile."""
        return self.locks.setdefault(host, asyncio.Lock())

    def close(self, host: str, until: datetime, why: str) -> None:
        """The longer rest counts."""
        if host not in self.closed or self.closed[host][0] < until:
            self.closed[host] = (until, why)


@dataclass(slots=True)
class Visitor:
    """Asks for one run. `way` is bounded to `LARGEST` and trusts nobody (`Trust.TENANT`)."""

    way: WayOut
    manners: Manners
    leave: Leave
    shelf: Shelf
    clock: Callable[[], datetime]
    timeline: Timeline = field(default_factory=Timeline)
    hosts: Hosts = field(default_factory=Hosts)
    drawing: Drawing | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    note: Callable[[str], Awaitable[None]] = _unnoted
    """Hears of the host before each request leaves: whoever counts for longer than a process lives keeps it there."""
    asked: dict[str, int] = field(default_factory=dict)
    """Requests by host since the last news."""
    pages: int = 0
    last: Page | None = None
    """What was read last: a page that turns out to be drawn by scripts is not asked for twice."""

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page. Refuses with a `Fault`; 404, 410 and other 4xx are pages like any other."""
        if drawn:
            return await self._drawn(url, wanted)
        known = await recall(self.shelf, url, self.clock()) if kept else None
        return await self._followed(url, known, wanted, keep=kept)

    def news(self) -> tuple[HostNews, ...]:
        """What was learnt of hosts since leave was asked for last; told once."""
        return tuple(self._news(host, 0) for host in list(self.asked))

    async def _drawn(self, url: str, wanted: int) -> Page:
        if self.drawing is None:
            raise NoBrowser("this page is drawn by scripts, and no browser is installed here")
        known = self.last
        first = known if known and known.asked == url and known.ok else await self._followed(url, None, wanted)

        async def ask(more: str) -> Page:
            return await self._followed(more, None, 1)

        return await self.drawing.draw(first, ask)

    async def _followed(self, url: str, known: Remembered | None, wanted: int, *, keep: bool = False) -> Page:
        """Each hop is an address like the first: judged, allowed by robots.txt, with a slot of its own."""
        here = url
        for _ in range(MOST_REDIRECTS + 1):
            host = self.manners.judge(here)
            await self._allowed(here, host)
            status, headers, body = await self._asked(here, host, known.headers if known else {}, wanted)
            if status in MOVED and headers.get("location"):
                here, known = urljoin(here, headers["location"]), None
                continue
            if status == 304 and known is not None:
                return known.page(here, url, self.clock())
            page = Page(here, status, body, headers.get("content-type", ""), url, self.clock())
            await self._judged(page, headers, host)
            self.last = page
            if keep and page.ok and here == url:
                await remember(self.shelf, page, headers)
            return page
        raise Elsewhere(f"{url} leads from one address to the next")

    async def _judged(self, page: Page, headers: dict[str, str], host: str) -> None:
        """A host that said no, or asked for rest, is closed, and everybody hears of it."""
        fault = fault_of(page, headers, self.clock())
        if isinstance(fault, Resting):
            await self._close(host, fault.until, fault.why)
        elif isinstance(fault, Blocked):
            await self._close(host, self.clock() + AFTER_A_NO, "blocked")
        if fault is not None:
            raise fault

    async def _close(self, host: str, until: datetime, why: str) -> None:
        self.hosts.close(host, until, why)
        await self.leave.more(self._news(host, 0, closed_until=until.isoformat(), reason=why))

    async def _allowed(self, url: str, host: str) -> None:
        word = await self._word(robots.site_of(url), host)
        agent = robots.product(self.manners.agent)
        self.timeline.delays[host] = word.delay(agent)
        if not word.allows(url, agent):
            silent = word.rules is None
            raise Forbidden(f"{host} {'has no robots.txt that can be read now' if silent else 'disallows ' + url}")

    async def _word(self, site: str, host: str) -> robots.Word:
        known = await robots.kept(self.shelf, site, self.clock())
        if known is not None:
            return known
        status, body = await self._robots(f"{site}/robots.txt", host)
        return await robots.keep(self.shelf, site, status, body, self.clock())

    async def _robots(self, url: str, host: str) -> tuple[int | None, bytes]:
        """Its answer after redirects within the source's hosts; silence is None."""
        for _ in range(MOST_REDIRECTS + 1):
            try:
                status, headers, body = await self._asked(url, host, {}, TOO_FEW, counted=False)
            except (Unreachable, TooLarge):
                return None, b""
            if status not in MOVED or not headers.get("location"):
                return status, body
            url = urljoin(url, headers["location"])
            if not belongs(urlsplit(url).hostname or "", self.manners.hosts):
                return None, b""
            host = self.manners.judge(url)
        return None, b""

    async def _asked(
        self, url: str, host: str, more: dict[str, str], wanted: int, *, counted: bool = True
    ) -> tuple[int, dict[str, str], bytes]:
        """One request in its slot. Status, headers (names in lower case), body."""
        if counted and self.pages >= self.manners.page_cap:
            raise self._capped()
        headers = {"user-agent": self.manners.agent, "accept": ACCEPTED, **more}
        while True:
            await self._turn(host, wanted)
            async with self.hosts.lock(host):
                self._open(host)
                if self.timeline.take(host, self.clock()):
                    await self.note(host)
                    self.asked[host] = self.asked.get(host, 0) + 1
                    self.pages += counted
                    answer = await self._sent(url, headers)
                    return answer.status_code, dict(answer.headers), answer.content

    async def _sent(self, url: str, headers: dict[str, str]) -> Any:
        try:
            return await self.way.send("GET", url, headers=headers)
        except AnswerTooLarge:
            raise TooLarge(f"{url} is larger than {LARGEST:,} bytes") from None
        except (PrivateAddress, BadAddress) as error:
            raise Elsewhere(f"{url}: {error.detail}") from None
        except NoAnswer as error:
            raise Unreachable(error.detail) from None
        except Refusal as error:
            raise Unreachable(f"{url}: {error.detail}") from None

    async def _turn(self, host: str, wanted: int) -> None:
        """Wait until a slot is open; more leave is asked for before it runs out.

        Leave that lapsed on its way to us (a slow line, a short interval) is asked for again with a few slots more.
        """
        pause, more = PAUSE, 0
        while True:
            self._open(host)
            given, left = False, self.timeline.left(host, self.clock())
            if wanted > left and left <= TOO_FEW:
                given = await self._more(host, wanted - left + more)
            at = self.timeline.next(host, self.clock())
            in_time(at or self.clock())
            if at is None:
                more = min(LATE_SLOTS, more + 2)
                if not given:
                    await self.sleep(pause)
                    pause = min(LONGEST_PAUSE, pause * 2)
                continue
            if (wait := (at - self.clock()).total_seconds()) > 0:
                await self.sleep(wait)
            return

    async def _more(self, host: str, wanted: int) -> bool:
        budgets = await self.leave.more(self._news(host, wanted))
        self.timeline.note(budgets, heard_at=self.clock())
        for one in budgets:
            if one.closed_until and one.host.lower() == host:
                self.hosts.close(host, one.closed_until, "closed")
        self._open(host)
        return any(one.slots for one in budgets)

    def _open(self, host: str) -> None:
        until, why = self.hosts.closed.get(host, (None, ""))
        if until is not None and until > self.clock():
            raise Resting(f"{host} is left alone until {until.isoformat(timespec='seconds')}", until, why)

    def _news(self, host: str, wanted: int, **more: Any) -> HostNews:
        delay = self.timeline.delays.get(host)
        known = None if delay is None else round(delay.total_seconds() * 1_000)
        asked = self.asked.pop(host, 0)
        return HostNews(host=host, wanted=min(wanted, 1_000), asked=asked, crawl_delay_ms=known, **more)

    def _capped(self) -> Fault:
        tomorrow = (self.clock() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return Capped(f"the source's {self.manners.page_cap} pages are read", tomorrow, "page_cap")
