"""How near a run comes to the politeness limit: `python -m benchmarks.scrape_board [LINKS]`.

A board of three pages on loopback, five requests a second allowed. The limit is what manners alone take: robots.txt,
the lists and every offer, one interval apart; the target is 1.2 times that, with every offer delivered.
"""

import asyncio
import sys
from datetime import datetime
from ipaddress import ip_network
from time import perf_counter
from typing import Any

from benchmarks.stage import machine, say
from tests.wire.board import Board
from waypost.platform.clock import utc_now
from waypost.sourcing.fetching.findings import Findings
from waypost.sourcing.fetching.hands import Page, Progress
from waypost.sourcing.fetching.leaves import OwnLeave
from waypost.sourcing.fetching.pipeline import carry_out
from waypost.sourcing.fetching.polite import Hosts, Visitor
from waypost.sourcing.fetching.shelves import MemoryShelf
from waypost.sourcing.fetching.visiting import visitor_for, way_out
from waypost.sourcing.wire.report import HeartbeatAnswer

PER_SECOND, PAGES = 5, 3
TARGET = 1.2


class Counting:
    """Hands that count."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.keys = visitor, set[str]()

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """One page."""
        return await self.visitor.fetch(url, kept=kept, drawn=drawn, wanted=wanted)

    async def deliver(self, offers: Any, **_: Any) -> None:
        """Count each offer once."""
        self.keys |= {offer.url for offer in offers}

    async def beat(self, progress: Progress, **_: Any) -> HeartbeatAnswer:
        """Go on."""
        return HeartbeatAnswer(status="RUNNING")

    def say(self, *_: Any, **__: Any) -> None:
        """Silent."""

    def now(self) -> datetime:
        """This moment."""
        return utc_now()


async def run(links: int) -> tuple[Findings, int, int, float]:
    """The findings, offers, requests, seconds."""
    way = way_out((ip_network("127.0.0.0/8"),))
    with Board(links, -(-links // PAGES)) as board:
        task = board.task(limit=min(links, 100), task_timeout_ms=600_000)
        leave = OwnLeave(utc_now, 1_000 // PER_SECOND)
        visitor = visitor_for(
            task,
            way=way,
            leave=leave,
            shelf=MemoryShelf(),
            hosts=Hosts(),
            clock=utc_now,
            agent="Waypost/0.1 (+https://operator.example)",
        )
        hands = Counting(visitor)
        began = perf_counter()
        findings = await carry_out(task, hands)
        took = perf_counter() - began
        asked = len(board.log)
    await way.close()
    return findings, len(hands.keys), asked, took


def main() -> int:
    """Print the figures; 1 where the target is missed."""
    links = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    findings, offers, asked, took = asyncio.run(run(links))
    limit = (asked - 1) / PER_SECOND
    say(machine())
    say(f"{links} links over {PAGES} lists at {PER_SECOND} requests/s: {findings.outcome}, {offers} offers")
    say(f"{asked} requests in {took:.2f} s; manners alone take {limit:.2f} s; {took / limit:.2f} times the limit")
    return int(took > TARGET * limit or offers != links)


if __name__ == "__main__":
    sys.exit(main())
