"""A scraper as a real process whose tasks follow a script instead of boards; it can be told to die by kill -9.

`filters` of a task say what happens: `offers` (how many), `pause` (seconds before each), `hold` (wait for
that file to be there), `fail` (raise at the end).
KILL_AT=n kills the process right before its n-th transaction from the first task on, KILL_AFTER=n right after it.
"""

import asyncio
import os
import signal
import socket
import sqlite3
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from waypost.platform.observe import logs
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching.hands import Progress
from waypost.sourcing.fetching.keeping import Visits
from waypost.sourcing.scraper.endings import Ending
from waypost.sourcing.scraper.hands import ApiLeave, TaskHands
from waypost.sourcing.scraper.hiring import Crew
from waypost.sourcing.scraper.serving import check, serve
from waypost.sourcing.scraper.settings import ScraperSettings, load
from waypost.sourcing.scraper.store import Store, file
from waypost.sourcing.scraper.store.file import Act, Answer
from waypost.sourcing.wire.identity import identity_key
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.report import HostNews
from waypost.sourcing.wire.task import Resume, Task
from waypost.sourcing.wire.words import Phase


def offer(number: int) -> Offer:
    """The n-th offer of every script."""
    return Offer(url=f"https://board.example/offers/{number}", title=f"Position {number}", description="Work.")


async def carry(task: Task, hands: TaskHands) -> Ending:
    """Reads, hands over, keeps a checkpoint; what was handed over before a restart is left out."""
    script: dict[str, Any] = task.filters or {}
    done = set(task.resume.done) if task.resume else set()
    count = int(script.get("offers", 0))
    for number in range(count):
        await asyncio.sleep(script.get("pause", 0))
        if "hold" in script and number == script.get("at", 0):
            await _opened(Path(script["hold"]))
        one = offer(number)
        if identity_key(None, one.url) not in done:
            await hands.deliver([one])
            hands.say("detail", "DETAIL_HTTP_FETCH_COMPLETED", "success", number=number)
        resume = Resume(done=tuple(identity_key(None, offer(each).url) for each in range(number + 1)))
        await hands.beat(Progress(Phase.DETAIL_FETCH, number + 1, count, number + 1, resume))
    if script.get("fail"):
        raise RuntimeError("the script says so")
    content = {"status": "COMPLETED", "total_found": count, "scraped_count": count}
    return Ending("succeeded", "WORKER_TASK_COMPLETED", "success", content)


async def _opened(gate: Path) -> None:
    """Until that file is there."""
    for _ in range(2_000):
        if await asyncio.to_thread(gate.exists):
            return
        await asyncio.sleep(0.02)


class NoPages:
    """Scripts read no pages."""

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """Never."""
        raise AssertionError(url)

    def news(self) -> tuple[HostNews, ...]:
        """Two requests that nobody heard of."""
        return (HostNews(host="board.example", asked=2),)


def hire(settings: ScraperSettings, store: Store) -> Crew:
    """The crew of a script."""

    def visitors(task: Task, leave: ApiLeave) -> Visits:
        return NoPages()

    async def close() -> None:
        """Nothing to close."""

    return Crew(carry, visitors, close)


class Mortal(Store):
    """Counts transactions from the first task on, and ends the process at the named one."""

    count = 0

    def _whole(self, act: Act[Answer]) -> Answer:
        if self.count or _has_task(self._connection):
            self.count += 1
        self._die("KILL_AT")
        answer = super()._whole(act)
        if not self.count and _has_task(self._connection):
            self.count = 1
        self._die("KILL_AFTER")
        return answer

    def _die(self, name: str) -> None:
        if self.count and str(self.count) == os.environ.get(name):
            os.kill(os.getpid(), signal.SIGKILL)


def _has_task(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("select exists (select 1 from tasks)").fetchone()[0])


def main() -> None:
    """Serve on the socket whose number is given, in the folder that is given."""
    settings = load(Path(sys.argv[2]), None, None)
    logs.configure(settings.worker_log_level, "json")
    check(settings)
    patch.object(file, "Store", Mortal).start()
    listener = socket.socket(fileno=int(sys.argv[1]))
    asyncio.run(serve(settings, listener, hire))


if __name__ == "__main__":
    main()
