"""Stored pages as if they were asked for: a run without any request (`waypost scrape once --from-pages`)."""

from dataclasses import dataclass, field
from pathlib import Path

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching.faults import Missing
from waypost.sourcing.fetching.keeping import stored
from waypost.sourcing.wire.identity import bare
from waypost.sourcing.wire.report import HostNews


@dataclass(slots=True)
class StoredPages:
    """`fetch` like a visitor's. What was not kept is `Missing`, which a run counts and survives."""

    pages: dict[str, Page] = field(default_factory=dict)
    drawn: dict[str, Page] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "StoredPages":
        """All pages of a folder; of two with the same address the later one."""
        found = cls()
        for page in stored(folder):
            shelf = found.drawn if page.drawn else found.pages
            shelf[page.asked or page.url] = page
            shelf.setdefault(bare(page.url), page)
        return found

    @property
    def first(self) -> str | None:
        """The address that was asked first: the list."""
        return next(iter(self.pages), None)

    async def fetch(self, url: str, *, kept: bool = False, drawn: bool = False, wanted: int = 1) -> Page:
        """The page of that address."""
        shelf = self.drawn if drawn else self.pages
        page = shelf.get(url) or shelf.get(bare(url))
        if page is None:
            raise Missing(f"{url} was not kept")
        return page

    def news(self) -> tuple[HostNews, ...]:
        """None: nobody was asked."""
        return ()
