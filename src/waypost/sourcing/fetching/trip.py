"""One task under way: its words resolved, its hands, its count."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any, TypeVar

from waypost.sourcing.adapters.found import Detail, Listing
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.recipe.words import Recipe
from waypost.sourcing.adapters.registry import Adapter, BadRecipe, UnknownAdapter, adapter
from waypost.sourcing.fetching.faults import Cancelled, LeaseLost, NotFollowable, Unreadable
from waypost.sourcing.fetching.hands import Hands
from waypost.sourcing.fetching.journey import Journey
from waypost.sourcing.fetching.patience import until
from waypost.sourcing.fetching.spending import Purse
from waypost.sourcing.wire.report import HeartbeatAnswer
from waypost.sourcing.wire.task import SourceTerms, Task
from waypost.sourcing.wire.words import Phase

USUAL_TIME_MS = 180_000
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Means:
    """What the process that carries tasks out was told about all of them."""

    lists_only: bool = False
    """No page of an offer is asked for (PRACUJ_LISTING_ONLY)."""
    drawing_ms: int | None = None
    """What a run may spend on pages that a browser draws; None where there is no browser."""


@dataclass(slots=True)
class Trip:
    """`begun` resolves a task; everything after that reads pages and counts."""

    task: Task
    hands: Hands
    terms: SourceTerms
    adapter: Adapter
    recipe: Recipe
    journey: Journey
    purse: Purse
    fresh: set[str] = field(default_factory=set)
    means: Means = field(default_factory=Means)

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return (self.hands.now() - self.journey.began_at).total_seconds()

    @property
    def has_time(self) -> bool:
        """Whether another page is likely to be read in time."""
        return self.purse.fits(self.elapsed)

    @property
    def interval(self) -> float:
        """Seconds between two requests, as granted."""
        return max((one.interval_ms for one in self.task.budgets), default=0) / 1_000

    async def page(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page, measured."""
        began = self.hands.now()
        try:
            with until(self.journey.began_at + timedelta(seconds=self.purse.total - self.purse.reserve)):
                return await self.hands.fetch(url, kept=kept, drawn=drawn, wanted=wanted)
        finally:
            seconds = (self.hands.now() - began).total_seconds()
            self.journey.seconds["fetch"] += seconds
            if drawn:
                self.journey.drawn += 1
                self.journey.drawn_ms += round(seconds * 1_000)

    async def listing(self, page: Page) -> Listing:
        """A page of the list, read beside the event loop."""
        return await self._measured(self.adapter.listing, page)

    async def detail(self, page: Page) -> Detail:
        """The page of an offer, likewise."""
        return await self._measured(self.adapter.detail, page)

    async def beat(self, phase: Phase, **more: Any) -> HeartbeatAnswer:
        """Say where it stands; obeys what the answer says (`Cancelled`, `LeaseLost`)."""
        answer = await self.hands.beat(self.journey.progress(phase), **more)
        self.fresh |= set(answer.fresh)
        if answer.lease_lost:
            raise LeaseLost
        if answer.cancel_requested:
            raise Cancelled
        return answer

    async def _measured(self, read: Callable[[Page, Recipe], Read], page: Page) -> Read:
        began = perf_counter()
        try:
            return await asyncio.to_thread(read, page, self.recipe)
        except Exception as error:  # whatever a stranger's page makes a reader trip over costs this page only
            raise Unreadable(f"{page.url} cannot be read ({type(error).__name__})") from error
        finally:
            self.journey.seconds["parse"] += perf_counter() - began


def begun(task: Task, hands: Hands, now: datetime, means: Means) -> Trip:
    """The task's words resolved. Refuses with `NotFollowable`."""
    terms = task.terms
    if terms is None:
        raise NotFollowable(f"the task says nothing of how '{task.source}' is read")
    try:
        way = adapter(terms.adapter)
        recipe = way.recipe(terms.recipe)
    except (UnknownAdapter, BadRecipe) as error:
        raise NotFollowable(str(error)) from None
    known = task.resume
    before = frozenset(known.done) if known else frozenset()
    journey = Journey(now, task.limit, way.name, recipe.version, before=before, drawing_ms=means.drawing_ms)
    purse = Purse((task.task_timeout_ms or USUAL_TIME_MS) / 1_000)
    return Trip(task, hands, terms, way, recipe, journey, purse, set(task.known_fresh), means)
