"""robots.txt (RFC 9309): what a host allows our agent, kept for a day; a host that cannot answer allows nothing."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from waypost.sourcing.fetching.hands import Shelf

if TYPE_CHECKING:
    from protego import Protego

KEPT = timedelta(hours=24)
KEPT_SILENT = timedelta(minutes=5)
"""Until a host that did not answer is asked again."""
LONGEST = 512_000
"""Bytes that are read of it; RFC 9309 asks for 500 KiB at least."""
LONGEST_DELAY = 60.0
KIND = "robots"


@dataclass(frozen=True, slots=True)
class Word:
    """What a host says: its rules, or that everything (no such file) or nothing (no answer) is allowed."""

    rules: "Protego | None"
    allows_rest: bool = True

    def allows(self, url: str, agent: str) -> bool:
        """May this agent ask for it?"""
        return self.allows_rest if self.rules is None else bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> timedelta:
        """Its Crawl-delay, at most a minute."""
        told = self.rules.crawl_delay(agent) if self.rules else None
        return timedelta(seconds=min(LONGEST_DELAY, max(0.0, float(told or 0))))

    @property
    def sitemaps(self) -> list[str]:
        """Sitemaps that it names."""
        return list(self.rules.sitemaps) if self.rules else []


def site_of(url: str) -> str:
    """Whose robots.txt counts: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def product(agent: str) -> str:
    """The name by which rules address us: the first word of the User-Agent without its version."""
    return agent.split("/", maxsplit=1)[0].split(" ", maxsplit=1)[0]


def read(status: int | None, body: bytes) -> Word:
    """The word in an answer; `status` None for silence."""
    if status is None or status >= 500 or status == 429:
        return Word(None, allows_rest=False)
    if status >= 400:
        return Word(None)
    from protego import Protego

    return Word(Protego.parse(body[:LONGEST].decode("utf-8", "replace")))


async def kept(shelf: Shelf, site: str, now: datetime) -> Word | None:
    """The word of the last day; None where it must be asked."""
    found = await shelf.get(KIND, site)
    if found is None or found.until <= now:
        return None
    told = json.loads(found.value)
    return read(told["status"], told["body"].encode())


async def keep(shelf: Shelf, site: str, status: int | None, body: bytes, now: datetime) -> Word:
    """Remember an answer; silence for minutes only."""
    word = read(status, body)
    value = json.dumps({"status": status, "body": body[:LONGEST].decode("utf-8", "replace")}).encode()
    silent = word.rules is None and not word.allows_rest
    await shelf.put(KIND, site, value, now + (KEPT_SILENT if silent else KEPT))
    return word
