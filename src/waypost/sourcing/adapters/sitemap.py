"""Sitemaps as lists of offers (https://www.sitemaps.org/protocol.html): plain, zipped, and indexes of them."""

import gzip
import re
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import urljoin
from xml.parsers.expat import ExpatError, ParserCreate

from waypost.sourcing.adapters.found import Link, Listing
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.recipe.reading import matches, offer_at
from waypost.sourcing.adapters.recipe.words import Recipe

LONGEST = 50_000_000
"""Bytes when unpacked: the protocol's own limit for one file."""
MOST_ENTRIES = 50_000
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")
Entry = dict[str, str]


def listing(page: Page, recipe: Recipe) -> Listing:
    """Addresses that match the recipe's pattern, the youngest first; of an index, its sitemaps, the youngest first."""
    root, entries = _read(unpacked(page.body))
    fresh = sorted((one for one in entries if _young(one, page, recipe)), key=lambda one: one["lastmod"], reverse=True)
    urls = list(dict.fromkeys(urljoin(page.url, one["loc"]) for one in fresh))
    if root == "sitemapindex":
        return Listing(next=tuple(url for url in urls if url.startswith(("http://", "https://"))))
    wanted = [url for url in urls if url.startswith("http") and matches(recipe.listing.pattern, url)]
    links = {link.key: link for link in (Link(*offer_at(url, recipe.id)) for url in wanted)}
    return Listing(tuple(links.values()), zero=not wanted)


def unpacked(body: bytes) -> bytes:
    """Without its zip, up to the limit; what is none stays as it is."""
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            return file.read(LONGEST)
    except (OSError, EOFError, zlib.error):
        return b""


def _read(xml: bytes) -> tuple[str, list[Entry]]:
    """The root's name and each entry. Entities are refused: they are what makes XML dangerous."""
    reading = _Reading()
    try:
        reading.parser.Parse(xml, True)
    except (ExpatError, _Enough):
        return reading.root, reading.entries
    return reading.root, reading.entries


class _Enough(Exception):
    """No more entries are taken, or the file is not of the kind we read."""


class _Reading:
    def __init__(self) -> None:
        self.root, self._text = "", ""
        self.entries: list[Entry] = []
        self._entry: Entry = {}
        self.parser = ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._opened, self._closed
        self.parser.CharacterDataHandler = self._said
        self.parser.EntityDeclHandler = self._refused

    def _opened(self, name: str, _: dict[str, str]) -> None:
        self.root = self.root or _local(name)
        self._text = ""
        if _local(name) in ("url", "sitemap"):
            self._entry = {"loc": "", "lastmod": ""}

    def _said(self, text: str) -> None:
        self._text = (self._text + text)[:4_096]

    def _closed(self, name: str) -> None:
        if _local(name) in ("loc", "lastmod") and self._entry:
            self._entry[_local(name)] = self._text.strip()
        elif _local(name) in ("url", "sitemap") and self._entry.get("loc"):
            self.entries.append(self._entry)
            if len(self.entries) >= MOST_ENTRIES:
                raise _Enough

    def _refused(self, *_: object) -> None:
        raise _Enough


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1].lower()


def _young(entry: Entry, page: Page, recipe: Recipe) -> bool:
    if recipe.newest_days is None or not DAY.match(entry["lastmod"]):
        return True
    oldest = (page.at or datetime.now(UTC)) - timedelta(days=recipe.newest_days)
    return entry["lastmod"][:10] >= oldest.date().isoformat()
