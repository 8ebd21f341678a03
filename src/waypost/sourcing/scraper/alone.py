"""One run without an API: leave comes from a timeline of our own, offers stay in memory (`waypost scrape once`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from waypost.platform.clock import utc_now
from waypost.platform.http.addresses import networks
from waypost.platform.observe import logs
from waypost.sourcing.fetching.browser import Chromium, Drawer
from waypost.sourcing.fetching.hands import Page, Progress, Status, Via
from waypost.sourcing.fetching.keeping import Visits
from waypost.sourcing.fetching.leaves import OwnLeave
from waypost.sourcing.fetching.pipeline import carry_out
from waypost.sourcing.fetching.polite import Hosts
from waypost.sourcing.fetching.replaying import StoredPages
from waypost.sourcing.fetching.shelves import MemoryShelf
from waypost.sourcing.fetching.visiting import visitor_for, way_out
from waypost.sourcing.scraper.hiring import agent_of, limits_of, means_of
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.report import HeartbeatAnswer
from waypost.sourcing.wire.task import SourceTerms, Task

_log = logs.line("waypost.sourcing.scraper.alone")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be read, and how. With `pages` nothing is asked: the run is made of what was kept there."""

    source: str
    adapter: str
    listing_url: str | None
    limit: int
    recipe: Mapping[str, Any] = field(default_factory=dict)
    interval_ms: int = 2_000
    pages: Path | None = None

    def task(self, listing_url: str | None, limit_ms: int) -> Task:
        """As the API would have written it."""
        host = urlsplit(listing_url or "").hostname
        hosts = (host,) if host else ()
        terms = SourceTerms(key=self.source, adapter=self.adapter, recipe=dict(self.recipe), hosts=hosts)
        return Task(
            source=self.source,
            source_run_id=uuid4(),
            listing_url=listing_url,
            limit=self.limit,
            task_timeout_ms=limit_ms,
            terms=terms,
        )


@dataclass(slots=True)
class LonelyHands:
    """`fetching.hands.Hands` of nobody: what is handed over is kept in `offers`."""

    visits: Visits
    offers: list[Offer] = field(default_factory=list)

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page."""
        return await self.visits.fetch(url, kept=kept, drawn=drawn, wanted=wanted)

    async def deliver(
        self, offers: Sequence[Offer], *, via: Via = "detail", relaxed: bool = False, cached: Sequence[str] = ()
    ) -> None:
        """Keep them."""
        self.offers += offers

    async def beat(self, progress: Progress, *, discovered: Sequence[str] = ()) -> HeartbeatAnswer:
        """Nobody listens, nobody objects."""
        return HeartbeatAnswer(status="RUNNING")

    def say(self, stage: str, code: str, status: Status = "info", message: str | None = None, **meta: Any) -> None:
        """Into our own log."""
        _log.info("scraper.said", stage=stage, code=code, status=status, message=message)

    def now(self) -> datetime:
        """The present moment."""
        return utc_now()


async def carried_out(settings: ScraperSettings, wish: Wish) -> dict[str, Any]:
    """The findings as JSON, with the offers."""
    stored = StoredPages.of(wish.pages) if wish.pages else None
    url = wish.listing_url or (stored.first if stored else None)
    task = wish.task(url, settings.worker_task_timeout_ms)
    if stored is not None:
        return await _told(task, LonelyHands(stored), settings)
    chromium, agent = Chromium(headless=settings.playwright_headless), agent_of(settings)
    async with way_out(networks(settings.allowed_private_cidrs)) as way:
        visitor = visitor_for(
            task,
            way=way,
            leave=OwnLeave(utc_now, wish.interval_ms),
            shelf=MemoryShelf(),
            hosts=Hosts(),
            clock=utc_now,
            agent=agent,
            drawing=Drawer(chromium, agent, limits_of(settings)),
        )
        try:
            return await _told(task, LonelyHands(visitor), settings)
        finally:
            await chromium.close()


async def _told(task: Task, hands: LonelyHands, settings: ScraperSettings) -> dict[str, Any]:
    found = await carry_out(task, hands, means_of(settings))
    return {
        "status": found.status,
        "outcome": found.outcome.value,
        "listingUrl": found.listing_url,
        "totalFound": found.total_found,
        "scrapedCount": found.scraped_count,
        "error": found.error,
        "diagnostics": found.diagnostics,
        "offers": [offer.written() for offer in hands.offers],
    }
