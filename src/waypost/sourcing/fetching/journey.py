"""What a run met on its way, counted; the diagnostics are written from it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from waypost.sourcing.adapters.found import Link
from waypost.sourcing.fetching.classifying import Yield
from waypost.sourcing.fetching.hands import Progress
from waypost.sourcing.wire.task import Resume
from waypost.sourcing.wire.words import Phase

MOST_NAMED = 50
"""Addresses that diagnostics name."""


@dataclass(slots=True)
class Journey:
    """One run. `links` stand in the order of the lists; a link leaves `pending` when its offer was handed over."""

    began_at: datetime
    limit: int
    adapter: str = ""
    recipe_version: int = 0
    links: dict[str, Link] = field(default_factory=dict)
    pending: dict[str, Link] = field(default_factory=dict)
    done: dict[str, None] = field(default_factory=dict)
    before: frozenset[str] = frozenset()
    """Keys that an earlier scraper of this run delivered."""
    next_listing: str | None = None
    pages: int = 0
    """`pagesVisited`: lists and offers."""
    recommended: int = 0
    repeated: int = 0
    """Links that were met more than once."""
    zero: bool = False
    cached: int = 0
    attempted: int = 0
    budget: int = 0
    accepted: int = 0
    full: int = 0
    partial: int = 0
    salvaged: int = 0
    expired: int = 0
    unsalvaged: dict[str, Link] = field(default_factory=dict)
    """Links whose page gave nothing: what the list says of them may be enough."""
    blocked_urls: list[str] = field(default_factory=list)
    withheld: int = 0
    """Links not asked for because the site had said no."""
    rejected: Counter[str] = field(default_factory=Counter)
    retries: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(("fetch", "parse", "finalize"), 0.0))
    """By stage: fetch, parse, finalize."""
    trail: list[str] = field(default_factory=list)
    """`relaxationTrail`."""
    plan: dict[str, object] = field(default_factory=dict)
    loosened: bool = False
    """What is found now was found by looser filters."""
    drawn: int = 0
    drawn_ms: int = 0
    drawing_ms: int | None = None
    """What may be spent on that; None where no browser is at hand."""
    rest_until: datetime | None = None
    stop: str = "completed"
    """`detailStopReason`."""

    def meet(self, link: Link) -> bool:
        """A link of a list; False for one that is known, or when the limit is reached."""
        if link.key in self.links or link.key in self.before:
            self.repeated += 1
            return False
        if self.is_full:
            return False
        self.links[link.key] = link
        self.pending[link.key] = link
        return True

    @property
    def is_full(self) -> bool:
        """As many as were wished for. What was delivered before does not count: its links are not met again."""
        return len(self.links) >= self.limit

    def settle(self, key: str) -> None:
        """This link is done with."""
        self.pending.pop(key, None)
        self.done[key] = None

    def progress(self, phase: Phase) -> Progress:
        """Where it stands."""
        return Progress(phase, self.pages, len(self.links), self.accepted, self.resume)

    @property
    def resume(self) -> Resume:
        """What another scraper needs to go on."""
        waiting = tuple(link.url for link in self.pending.values())
        return Resume(next_listing=self.next_listing, pending=waiting, done=(*self.before, *self.done))

    @property
    def blocked(self) -> int:
        """Links out of reach because the site said no."""
        return len(self.blocked_urls) + self.withheld

    @property
    def judged(self) -> Yield:
        """What it is judged by."""
        return Yield(
            accepted=self.accepted,
            links=len(self.links),
            blocked=self.blocked,
            rejected=self.rejected.total(),
            zero=self.zero,
            cached=self.cached,
            pending=len(self.pending),
        )
