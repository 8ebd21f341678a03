"""A try: the source's list and its first offer, asked for politely, bounded in time; or pages that were pasted."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from waypost.platform.http.addresses import Network
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.registry import BadRecipe
from waypost.sourcing.fetching.faults import Fault, Forbidden
from waypost.sourcing.fetching.hands import Leave, Shelf
from waypost.sourcing.fetching.polite import Hosts, Visitor
from waypost.sourcing.fetching.shelves import MemoryShelf
from waypost.sourcing.fetching.visiting import AGENT, manners, way_out
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.queries import terms_of
from waypost.sourcing.sources.trials.reading import Found, Parsed, excerpt, read_entry, read_list, read_offer

SECONDS = 25.0
PAGES = 4
"""The list, the offer, and a redirect each."""


@dataclass(slots=True)
class Trials:
    """What tries of this process share: robots.txt of a day, one request at a time to a host. A part."""

    contact: str
    allowed: tuple[Network, ...] = ()
    seconds: float = SECONDS
    shelf: Shelf = field(default_factory=MemoryShelf)
    hosts: Hosts = field(default_factory=Hosts)

    @property
    def agent(self) -> str:
        """Who we say we are."""
        return AGENT.format(contact=self.contact)


@dataclass(slots=True)
class Tried:
    """What a try showed, as far as it came."""

    listing_url: str = ""
    robots: str = "not asked"
    """`allowed`, `disallowed`, `not asked`."""
    faults: list[str] = field(default_factory=list)
    found: Found | None = None
    offer_url: str = ""
    parsed: Parsed | None = None
    raw_list: str = ""
    raw_offer: str = ""


async def tried(trials: Trials, source: Source, leave: Leave, clock: Callable[[], datetime]) -> Tried:
    """Ask for the list and its first offer; whatever stands in the way is told, nothing is got around."""
    seen = Tried(source.listing_url or "")
    if not source.listing_url:
        seen.faults.append("This source has no address of a list.")
        return seen
    terms = terms_of(source, page_cap=PAGES)
    async with way_out(trials.allowed) as way:
        visitor = Visitor(way, manners(terms, trials.agent), leave, trials.shelf, clock, hosts=trials.hosts)
        try:
            async with asyncio.timeout(trials.seconds):
                await _look(seen, source, visitor, clock)
        except Forbidden as fault:
            seen.robots = "disallowed"
            seen.faults.append(str(fault))
        except (Fault, BadRecipe) as fault:
            seen.faults.append(str(fault))
        except TimeoutError:
            seen.faults.append(
                "It took too long: others are asking this host now, or it is slow. Try again in a minute."
            )
    await settled(visitor, leave)
    return seen


async def settled(visitor: Visitor, leave: Leave) -> None:
    """A try ends before it asks for leave again: what it asked for since is counted now."""
    for news in visitor.news():
        await leave.more(news)


async def _look(seen: Tried, source: Source, visitor: Visitor, clock: Callable[[], datetime]) -> None:
    page = await visitor.fetch(seen.listing_url, wanted=2)
    seen.robots, seen.raw_list = "allowed", excerpt(page)
    if not page.ok:
        seen.faults.append(f"The list answered {page.status}.")
        return
    seen.found = await asyncio.to_thread(read_list, source, page)
    first = next(iter(seen.found.links), None)
    if first is None:
        return
    seen.offer_url = first.url
    if first.whole:
        seen.parsed = await asyncio.to_thread(read_entry, source, first, clock())
        return
    offer = await visitor.fetch(first.url)
    seen.raw_offer = excerpt(offer)
    if not offer.ok:
        seen.faults.append(f"The offer answered {offer.status}.")
        return
    seen.parsed = await asyncio.to_thread(read_offer, source, offer, clock(), first)


async def pasted(source: Source, html: str, kind: str, url: str, now: datetime) -> Tried:
    """The same of a page that a person pasted (`kind` is list or offer); nothing is asked for."""
    page = Page(url or source.listing_url or f"https://{source.hosts[0]}/", body=html.encode("utf-8", "replace"))
    seen = Tried()
    try:
        if kind == "list":
            seen.listing_url, seen.raw_list = page.url, excerpt(page)
            seen.found = await asyncio.to_thread(read_list, source, page)
        else:
            seen.offer_url, seen.raw_offer = page.url, excerpt(page)
            seen.parsed = await asyncio.to_thread(read_offer, source, page, now)
    except BadRecipe as fault:
        seen.faults.append(str(fault))
    return seen
