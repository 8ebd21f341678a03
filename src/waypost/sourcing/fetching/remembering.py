"""Pages that are asked for again: their validators, so that a server may say "unchanged" (RFC 9110, 13)."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from waypost.sourcing.adapters.page import Page
from waypost.sourcing.fetching.hands import Shelf

KIND = "page"
KEPT = timedelta(hours=24)
LARGEST = 1_000_000
"""Bytes of a page that is worth keeping."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """An earlier answer."""

    headers: dict[str, str]
    """What to ask with."""
    body: bytes
    content_type: str

    def page(self, url: str, asked: str, now: datetime) -> Page:
        """It again."""
        return Page(url, 200, self.body, self.content_type, asked, now, unchanged=True)


async def recall(shelf: Shelf, url: str, now: datetime) -> Remembered | None:
    """The last answer, unless it is too old or had no validators."""
    found = await shelf.get(KIND, url)
    if found is None or found.until <= now:
        return None
    told = json.loads(found.value)
    return Remembered(told["headers"], zlib.decompress(b64decode(told["body"])), told["type"])


async def remember(shelf: Shelf, page: Page, headers: Mapping[str, str]) -> None:
    """Keep an answer that names its version."""
    asked = {"if-none-match": headers.get("etag", ""), "if-modified-since": headers.get("last-modified", "")}
    given = {name: value for name, value in asked.items() if value}
    if given and page.at and len(page.body) <= LARGEST:
        body = b64encode(zlib.compress(page.body)).decode()
        value = json.dumps({"headers": given, "type": page.content_type, "body": body}).encode()
        await shelf.put(KIND, page.asked, value, page.at + KEPT)
