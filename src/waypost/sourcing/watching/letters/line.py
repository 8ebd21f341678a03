"""The line to the scraper: its health, its dead letters, its replay; never its files (ruling 34)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from waypost.platform.errors import Refusal, Unavailable
from waypost.platform.http import Patience, WayOut
from waypost.platform.ids import new_id
from waypost.platform.observe.logs import line

PATIENCE = Patience(connect=2, read=4, total=6, max_bytes=2_000_000)
"""For questions: a page waits for the answer."""
REPLAY_PATIENCE = Patience(connect=2, read=60, total=90, max_bytes=2_000_000)
AT_ONCE = 500

_log = line("waypost.sourcing.watching")

Header = Callable[[], Awaitable[str]]
"""Gives the `Authorization` header of one call; empty where there is none."""


class NoScraperLine(Unavailable):
    """No scraper is named here: set WORKER_TASK_URL."""

    code = "WORKER_NOT_CONFIGURED"


class ScraperSilent(Unavailable):
    """The scraper does not answer."""

    code = "WORKER_UNREACHABLE"


class ScraperRefused(Unavailable):
    """The scraper refused: its token (TASKS_AUTH_TOKEN) is not the one that we send (WORKER_AUTH_TOKEN)."""

    code = "WORKER_REFUSED"


async def no_header() -> str:
    """Nothing is shown."""
    return ""


@dataclass(slots=True)
class ScraperLine:
    """A part of every process. `task_url` is the operator's; the other doors stand beside it."""

    task_url: str
    out: WayOut
    slow: WayOut
    header: Header = field(default=no_header, repr=False)

    @property
    def base(self) -> str | None:
        """The scraper's own address without its path; None where none is named."""
        parts = urlsplit(self.task_url)
        if not parts.scheme or not parts.netloc:
            return None
        return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0], "", "")).rstrip("/")

    async def health(self) -> dict[str, Any]:
        """What its `/health` says. Refuses with `NoScraperLine` or `ScraperSilent`."""
        return await self._asked(self.out, "GET", "/health", known=False)

    async def dead_letters(self, run_id: str | None = None, after: int = 0) -> dict[str, Any]:
        """One page of its spool, without bodies: at most 500 entries after one."""
        query = {"limit": str(AT_ONCE), "after": str(after)} | ({"sourceRunId": run_id} if run_id else {})
        return await self._asked(self.out, "GET", "/callbacks/dead-letters", params=query)

    async def replay(self, choice: Mapping[str, Any], request_id: str | None = None) -> dict[str, Any]:
        """Have it deliver again what is chosen: `{ok, total, sent, failed}` and a line for each."""
        return await self._asked(self.slow, "POST", "/callbacks/replay", json=dict(choice), request_id=request_id)

    async def discard(self, entry: str) -> dict[str, Any]:
        """Have it throw an entry away for good."""
        return await self._asked(self.out, "POST", f"/callbacks/dead-letters/{entry}/discard", json={})

    async def close(self) -> None:
        """Give the connections back."""
        await self.out.close()
        await self.slow.close()

    async def _asked(
        self, out: WayOut, method: str, path: str, *, known: bool = True, request_id: str | None = None, **options: Any
    ) -> dict[str, Any]:
        if self.base is None:
            raise NoScraperLine
        headers = {"x-request-id": request_id or f"ops-{new_id()}"}
        try:
            shown = await self.header() if known else ""
            headers |= {"authorization": shown} if shown else {}
            answer = await out.send(method, self.base + path, headers=headers, **options)
        except Refusal as refusal:
            _log.warning("scraper.silent", path=path, reason=refusal.kind())
            raise ScraperSilent from refusal
        if answer.status_code in (401, 403):
            raise ScraperRefused
        if answer.status_code >= 400:
            raise ScraperSilent(f"The scraper answered {answer.status_code}.")
        return _read(answer.content)


def _read(content: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(content)
    except msgspec.DecodeError:
        raise ScraperSilent("The scraper's answer is no JSON.") from None
    if not isinstance(told, dict):
        raise ScraperSilent("The scraper's answer is no JSON object.")
    return told
