"""What the pipeline needs of whoever carries it out: pages, delivery, signs of life, a clock.

The scraper implements `Hands`; so do a try-it preview and `scrape once`. The pages themselves come from
`polite.Visitor`, so that manners are the same for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.report import HeartbeatAnswer, HostNews
from waypost.sourcing.wire.task import Budget, Resume
from waypost.sourcing.wire.words import Phase

__all__ = ["Hands", "Kept", "Leave", "Page", "Progress", "Shelf"]

Via = Literal["detail", "salvage", "cache"]
Status = Literal["info", "success", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands. `resume` is enough for another scraper to go on from here."""

    phase: Phase
    pages_visited: int = 0
    links: int = 0
    """`jobLinksDiscovered`."""
    offers: int = 0
    """`normalizedOffers`."""
    resume: Resume | None = None


class Hands(Protocol):
    """What a run is carried out with."""

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page, politely: `Visitor.fetch`. `kept`: ask whether it changed. `drawn`: with its scripts run.

        `wanted`: requests to this host that are still to come, this one included. Refuses with a `Fault`.
        """

    async def deliver(
        self, offers: Sequence[Offer], *, via: Via = "detail", relaxed: bool = False, cached: Sequence[str] = ()
    ) -> None:
        """Hand over a chunk; kept safely when this returns. `cached`: identity keys that join without being read."""

    async def beat(self, progress: Progress, *, discovered: Sequence[str] = ()) -> HeartbeatAnswer:
        """Keep the checkpoint. Sent at once where `discovered` has keys or the phase is new; else the timer's next
        heartbeat carries it and the last answer is given again."""

    def say(self, stage: str, code: str, status: Status = "info", message: str | None = None, **meta: Any) -> None:
        """One line of the execution log (sourcing.md 3.4)."""

    def now(self) -> datetime:
        """The present moment."""


class Leave(Protocol):
    """Where leave to ask hosts comes from: the API's heartbeat answers, or a timeline of one's own."""

    async def more(self, news: HostNews) -> Sequence[Budget]:
        """Tell what was learnt of a host and ask for `news.wanted` requests; may grant fewer, or none yet."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Something small that outlives a run."""

    value: bytes
    until: datetime


class Shelf(Protocol):
    """Small things kept between runs: robots.txt, validators and bodies of listings, counts of pages, closed hosts."""

    async def get(self, kind: str, key: str) -> Kept | None:
        """What was put there, also when its time is over; None where nothing is."""

    async def put(self, kind: str, key: str, value: bytes, until: datetime) -> None:
        """Keep it, in place of what was there, at least until then."""
