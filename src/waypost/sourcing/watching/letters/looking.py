"""One look at the scraper: its health and all dead letters it lists, in pages, up to a bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from waypost.sourcing.watching.letters.line import ScraperLine
from waypost.sourcing.watching.letters.reading import Entry, Health, entries, health

PAGES = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """`is_complete`: nothing of its list is missing here."""

    health: Health
    entries: Sequence[Entry]
    is_complete: bool


async def look(line: ScraperLine) -> Seen:
    """Refuses as the line does."""
    state = health(await line.health())
    found: list[Entry] = []
    after, more = 0, True
    for _page in range(PAGES):
        told = await line.dead_letters(after=after)
        found += entries(told)
        after, more = _next(told)
        if not more:
            break
    return Seen(state, found, not more)


def _next(told: dict[str, Any]) -> tuple[int, bool]:
    """Where the next page begins, and whether there is one."""
    given, items = told.get("next"), told.get("items", ())
    return (given, True) if isinstance(given, int) and not isinstance(given, bool) and items else (0, False)
