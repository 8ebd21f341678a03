"""Who carries tasks out: the pipeline, with visitors that share their hosts and what they remember of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from waypost.platform.clock import utc_now
from waypost.platform.http.addresses import networks
from waypost.sourcing.fetching.browser import Chromium, Drawer, Limits
from waypost.sourcing.fetching.findings import Findings
from waypost.sourcing.fetching.keeping import Keeping, Visits
from waypost.sourcing.fetching.pipeline import ALL_MEANS, carry_out
from waypost.sourcing.fetching.polite import Hosts
from waypost.sourcing.fetching.trip import Means
from waypost.sourcing.fetching.visiting import AGENT, visitor_for, way_out
from waypost.sourcing.scraper.endings import Ending
from waypost.sourcing.scraper.errand import Carry, Visitors
from waypost.sourcing.scraper.hands import ApiLeave, TaskHands
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.store import Store
from waypost.sourcing.scraper.store.shelf import FileShelf
from waypost.sourcing.wire.task import Task


@dataclass(frozen=True, slots=True)
class Crew:
    """What carries tasks out, what makes their visitors, and how both are sent home."""

    carry: Carry
    visitors: Visitors
    close: Callable[[], Awaitable[None]]


def hire(settings: ScraperSettings, store: Store) -> Crew:
    """The crew of a real scraper."""
    way, shelf, hosts = way_out(networks(settings.allowed_private_cidrs)), FileShelf(store), Hosts()
    agent, chromium = agent_of(settings), Chromium(headless=settings.playwright_headless)
    limits = limits_of(settings)

    def visitors(task: Task, leave: ApiLeave) -> Visits:
        named = (task.terms.user_agent if task.terms else None) or agent
        visitor = visitor_for(
            task,
            way=way,
            leave=leave,
            shelf=shelf,
            hosts=hosts,
            clock=utc_now,
            agent=agent,
            drawing=Drawer(chromium, named, limits),
            note=leave.note,
        )
        most = settings.worker_output_raw_sample_limit
        if settings.output_mode != "full" or not most or task.source_run_id is None:
            return visitor
        return Keeping(visitor, pages_of(settings) / str(task.source_run_id), most)

    async def close() -> None:
        await chromium.close()
        await way.close()

    return Crew(partial(carry, means=means_of(settings)), visitors, close)


def means_of(settings: ScraperSettings) -> Means:
    """What every task of this process is carried out with."""
    return Means(settings.pracuj_listing_only, settings.browser_budget_ms)


def limits_of(settings: ScraperSettings) -> Limits:
    """What a browser may draw in one run."""
    return Limits(settings.browser_max_count, settings.browser_budget_ms, settings.browser_cooldown_ms)


def pages_of(settings: ScraperSettings) -> Path:
    """The folder of pages that were kept."""
    return settings.worker_output_dir / "pages"


async def carry(task: Task, hands: TaskHands, means: Means = ALL_MEANS) -> Ending:
    """The pipeline, its findings as an ending; what was kept of its pages is told with them."""
    findings = await carry_out(task, hands, means)
    kept = {"artifacts": hands.visits.artifacts()} if isinstance(hands.visits, Keeping) else {}
    return found(findings, kept)


def found(findings: Findings, more: Mapping[str, Any]) -> Ending:
    """What the pipeline found, with `more` diagnostics."""
    content = findings.content() | {"diagnostics": {**findings.diagnostics, **more}}
    if findings.status == "COMPLETED":
        return Ending("succeeded", "WORKER_TASK_COMPLETED", "success", content)
    return Ending("failed", "WORKER_TASK_FAILED", "failed", content)


def agent_of(settings: ScraperSettings) -> str:
    """Who we say we are: with the operator's own contact address, else the API's."""
    parts = urlsplit(settings.worker_callback_url or "")
    known = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "operator unknown"
    return AGENT.format(contact=settings.worker_contact_url or known)
