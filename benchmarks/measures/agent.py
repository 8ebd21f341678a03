"""One agent at a desk, as a browser keeps one: a live stream, the list again and again, a ticket now and then."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import httpx2

LIST_SECONDS, OPEN_SECONDS = 5.0, 15.0
HTML = {"accept": "text/html"}


@dataclass(slots=True)
class Seen:
    """What the agents met, in milliseconds."""

    lists: list[float] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)
    events: int = 0
    faults: int = 0
    asked_again: int = 0
    """Requests whose connection ended before the answer; browsers repeat such a GET by themselves, once."""


@dataclass(frozen=True, slots=True)
class Agent:
    """One person at a desk."""

    client: httpx2.AsyncClient
    tickets: list[str]
    seen: Seen
    until: float

    async def work(self) -> None:
        """Watch, list and open until the time is over; each begins somewhere within its own pause."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            tasks.create_task(self._again(LIST_SECONDS, lambda: "/tickets", self.seen.lists))
            tasks.create_task(self._again(OPEN_SECONDS, self._a_ticket, self.seen.opened))

    def _a_ticket(self) -> str:
        return f"/tickets/{random.choice(self.tickets)}"

    async def _again(self, pause: float, path: Callable[[], str], spent: list[float]) -> None:
        """Each at a beat of its own, and timed from there. Were the pause counted from the last answer, whoever waits
        behind others would go on right behind them: within minutes all would ask at once, as no people do."""
        due = monotonic() + random.random() * pause
        while due < self.until:
            await asyncio.sleep(max(0.0, due - monotonic()))
            self.seen.faults += not await self._ask(path())
            spent.append((monotonic() - due) * 1_000)
            due = max(due + pause, monotonic())

    async def _ask(self, path: str) -> bool:
        """Whether the page came; the time of a second try is the reader's to wait as well."""
        for first in (True, False):
            try:
                return (await self.client.get(path, headers=HTML)).status_code == 200
            except httpx2.TransportError:
                self.seen.asked_again += first
        return False

    async def _watch(self) -> None:
        """The stream stays open; what comes is counted."""
        while monotonic() < self.until:
            try:
                async with asyncio.timeout(self.until - monotonic()):
                    await self._hear()
            except (TimeoutError, httpx2.TransportError):
                await asyncio.sleep(0.1)

    async def _hear(self) -> None:
        async with self.client.stream("GET", "/live", timeout=None) as stream:
            async for line in stream.aiter_lines():
                self.seen.events += line.startswith("event:")
