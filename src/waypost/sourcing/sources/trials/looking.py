"""Looking at an address that somebody pasted: with all manners, then what it offers to readers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching import robots
from waypost.sourcing.fetching.faults import Fault
from waypost.sourcing.fetching.hands import Leave
from waypost.sourcing.fetching.polite import Visitor
from waypost.sourcing.fetching.visiting import manners, way_out
from waypost.sourcing.sources.addresses import fault_of
from waypost.sourcing.sources.models import Source
from waypost.sourcing.sources.queries import terms_of
from waypost.sourcing.sources.trials.detecting import Way, ways_of
from waypost.sourcing.sources.trials.trying import PAGES, Trials, settled

UNSAVED = "-"
"""Stands for the key of a source that is not kept yet."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What an address offers."""

    address: str
    host: str = ""
    title: str = ""
    faults: tuple[str, ...] = ()
    ways: tuple[Way, ...] = field(default_factory=tuple)


async def looked_at(
    trials: Trials, address: str, leave_for: Callable[[Source], Leave], clock: Callable[[], datetime]
) -> Looked:
    """One page is asked for; faults are sentences. Plain http is looked at only where an operator allows a network."""
    url = address if "://" in address else f"https://{address}"
    host = _host(url)
    plain = url.startswith("http://") and bool(trials.allowed)
    if wrong := fault_of(url, [host], plain=plain) if host else "This is no address":
        return Looked(address, host, faults=(wrong,))
    recipe = {"http": True} if plain else {}
    source = Source(
        key=UNSAVED, name=host, adapter="jsonld", recipe=recipe, hosts=(host,), listing_url=url, is_shipped=False
    )
    try:
        async with asyncio.timeout(trials.seconds), way_out(trials.allowed) as way:
            terms = terms_of(source, page_cap=PAGES)
            agent = manners(terms, trials.agent)
            leave = leave_for(source)
            visitor = Visitor(way, agent, leave, trials.shelf, clock, hosts=trials.hosts)
            try:
                page = await visitor.fetch(url)
            finally:
                await settled(visitor, leave)
    except Fault as fault:
        return Looked(address, host, faults=(str(fault),))
    except TimeoutError:
        return Looked(address, host, faults=("It took too long; try again in a minute.",))
    return await _told(address, host, page, trials, clock)


async def _told(address: str, host: str, page: Page, trials: Trials, clock: Callable[[], datetime]) -> Looked:
    if not page.ok:
        return Looked(address, host, faults=(f"It answered {page.status}.",))
    word = await robots.kept(trials.shelf, robots.site_of(page.url), clock())
    sitemaps = word.sitemaps if word else []
    ways = await asyncio.to_thread(ways_of, page, sitemaps)
    return Looked(address, host, ways=tuple(ways))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
