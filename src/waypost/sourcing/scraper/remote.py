"""A scraper from outside: its dead letters over HTTP while it runs, its file while it does not."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from waypost.platform.errors import Conflict, Unavailable
from waypost.platform.http.addresses import Trust
from waypost.platform.http.client import Patience, WayOut
from waypost.sourcing.scraper.asking import ReplayWish
from waypost.sourcing.scraper.furnishing import furnish
from waypost.sourcing.scraper.hiring import hire
from waypost.sourcing.scraper.house import House
from waypost.sourcing.scraper.importing import take_over
from waypost.sourcing.scraper.replay import shown
from waypost.sourcing.scraper.settings import ScraperSettings
from waypost.sourcing.scraper.store import FolderTaken, letters, opened
from waypost.sourcing.scraper.store.letters import Choice

PATIENCE = Patience(connect=5, read=600, total=600, max_bytes=20_000_000)
"""A replay answers when its last report was sent."""


class NotAnswered(Unavailable):
    """The scraper did not do it."""


class StillRunning(Conflict):
    """The scraper runs; it takes files over by itself when it replays."""


class Letters(Protocol):
    """Dead letters, wherever they are."""

    async def replay(self, wish: ReplayWish) -> Mapping[str, Any]:
        """The receipt, as documented."""

    async def listed(self, limit: int) -> Mapping[str, Any]:
        """`{items, total, next}`."""

    async def imported(self, folder: Path) -> tuple[int, list[str]]:
        """How many files were taken over, and the names of those that are no dead letters."""


@dataclass(frozen=True, slots=True)
class Running:
    """Those of a scraper that answers at `url`."""

    url: str
    token: str
    way: WayOut

    async def replay(self, wish: ReplayWish) -> Mapping[str, Any]:
        """Ask it to."""
        return await self._asked("POST", "/callbacks/replay", json=wish.written())

    async def listed(self, limit: int) -> Mapping[str, Any]:
        """Ask it."""
        return await self._asked("GET", "/callbacks/dead-letters", params={"limit": limit})

    async def imported(self, folder: Path) -> tuple[int, list[str]]:
        """Its file is its own."""
        raise StillRunning

    async def _asked(self, method: str, path: str, **options: Any) -> Mapping[str, Any]:
        headers = {"authorization": f"Bearer {self.token}"}
        answer = await self.way.send(method, self.url.rstrip("/") + path, headers=headers, **options)
        if answer.status_code != 200:
            raise NotAnswered(f"The scraper at {self.url} answered {answer.status_code}.")
        found: Mapping[str, Any] = answer.json()
        return found


@dataclass(frozen=True, slots=True)
class Resting:
    """Those of a folder whose scraper does not run."""

    house: House

    async def replay(self, wish: ReplayWish) -> Mapping[str, Any]:
        """Send them from here."""
        return (await self.house.replayed(wish)).written()

    async def listed(self, limit: int) -> Mapping[str, Any]:
        """Read them."""
        choice = Choice(until=self.house.now(), limit=limit)
        found = await self.house.store.ask(lambda db: letters.chosen(db, choice))
        total = await self.house.store.ask(lambda db: letters.counted(db, choice))
        return {"items": [shown(each) for each in found], "total": total, "next": None}

    async def imported(self, folder: Path) -> tuple[int, list[str]]:
        """Into the file, and away."""
        result = await take_over(self.house.store, folder, self.house.runner.home, self.house.now())
        return result.taken, result.unreadable


@asynccontextmanager
async def letters_of(settings: ScraperSettings, url: str | None = None) -> AsyncIterator[Letters]:
    """Of the scraper at `url`, else of this folder's: by its file, or over HTTP while a process has that."""
    if url is not None:
        async with WayOut(Trust.OPERATOR, patience=PATIENCE) as way:
            yield Running(url, _token(settings), way)
        return
    try:
        with opened(settings.worker_output_dir) as store:
            house = furnish(settings, store, hire)
            try:
                yield Resting(house)
            finally:
                await house.dismiss()
        return
    except FolderTaken:
        address = f"http://{settings.worker_host}:{settings.worker_port}"
    async with letters_of(settings, address) as found:
        yield found


def _token(settings: ScraperSettings) -> str:
    if settings.tasks_auth_token is None:
        raise NotAnswered("TASKS_AUTH_TOKEN is not set: the running scraper would not let us in.")
    return settings.tasks_auth_token.get_secret_value()
