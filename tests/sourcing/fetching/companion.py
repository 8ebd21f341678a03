"""Hands that keep what they are given, and a clock that only moves when somebody waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from tests.wire.board import Board
from waypost.platform.clock import utc_now
from waypost.platform.http import WayOut
from waypost.sourcing.fetching.findings import Findings
from waypost.sourcing.fetching.hands import Leave, Page, Progress, Status, Via
from waypost.sourcing.fetching.leaves import OwnLeave
from waypost.sourcing.fetching.pipeline import carry_out
from waypost.sourcing.fetching.polite import Hosts, Visitor
from waypost.sourcing.fetching.shelves import MemoryShelf
from waypost.sourcing.fetching.visiting import visitor_for, way_out
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.report import HeartbeatAnswer
from waypost.sourcing.wire.task import Task

AGENT = "Waypost/0.1 (+https://operator.example/contact)"
LOOPBACK = (ip_network("127.0.0.0/8"),)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Waiting is what moves it."""

    now: datetime = NOW
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass(slots=True)
class Companion:
    """`fetching.hands.Hands` of a test."""

    visits: Any
    clock: Callable[[], datetime] = utc_now
    fresh: frozenset[str] = frozenset()
    answer: dict[str, Any] = field(default_factory=dict)
    chunks: list[tuple[Via, bool, tuple[Offer, ...]]] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)
    beats: list[Progress] = field(default_factory=list)
    lines: list[tuple[str, Status]] = field(default_factory=list)
    after_beat: Callable[[Progress], None] = lambda progress: None

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page."""
        page: Page = await self.visits.fetch(url, kept=kept, drawn=drawn, wanted=wanted)
        return page

    async def deliver(
        self, offers: Sequence[Offer], *, via: Via = "detail", relaxed: bool = False, cached: Sequence[str] = ()
    ) -> None:
        """Keep it."""
        if offers:
            self.chunks.append((via, relaxed, tuple(offers)))
        self.cached += cached

    async def beat(self, progress: Progress, *, discovered: Sequence[str] = ()) -> HeartbeatAnswer:
        """Answer as told."""
        self.beats.append(progress)
        self.after_beat(progress)
        fresh = tuple(key for key in discovered if key in self.fresh)
        return HeartbeatAnswer(status="RUNNING", fresh=fresh, **self.answer)

    def say(self, stage: str, code: str, status: Status = "info", message: str | None = None, **meta: Any) -> None:
        """Remember the code."""
        self.lines.append((code, status))

    def now(self) -> datetime:
        """The clock's."""
        return self.clock()

    @property
    def offers(self) -> list[Offer]:
        """All that was delivered, in order."""
        return [offer for _, _, offers in self.chunks for offer in offers]


@dataclass(slots=True)
class Desk:
    """What one process has once: the way out, the hosts, the shelf."""

    way: WayOut = field(default_factory=lambda: way_out(LOOPBACK))
    hosts: Hosts = field(default_factory=Hosts)
    shelf: MemoryShelf = field(default_factory=MemoryShelf)

    def visitor(self, task: Task, leave: Leave | None = None, **more: Any) -> Visitor:
        """A visitor of this task; without leave of its own, one request each 2 ms."""
        clock = more.pop("clock", utc_now)
        known = leave or OwnLeave(clock, 2)
        return visitor_for(
            task, way=self.way, leave=known, shelf=self.shelf, hosts=self.hosts, clock=clock, agent=AGENT, **more
        )

    async def run(self, task: Task, leave: Leave | None = None, **more: Any) -> tuple[Findings, Companion]:
        """The task carried out; `more` are the companion's own."""
        companion = Companion(self.visitor(task, leave), **more)
        return await carry_out(task, companion), companion


def bare_recipe(**listing: Any) -> dict[str, Any]:
    """A recipe that knows the board's addresses and nothing of its pages."""
    return {"http": True, "id": "-(\\d+)$", "listing": {"pattern": "/jobs/.+-\\d+$", **listing}}


def terms_of(board: Board, adapter: str, **listing: Any) -> Any:
    """The board, read by another adapter."""
    return board.terms(adapter, bare_recipe(**listing))
