"""A page as it was answered, and its text."""

import re
from dataclasses import dataclass
from datetime import datetime

CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
LOOKED_AT = 2_048
"""Bytes in which a page may name its charset (HTML Standard, prescan)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, of whatever status. `url` is where it came from after redirects, `asked` what was asked for."""

    url: str
    status: int = 200
    body: bytes = b""
    content_type: str = ""
    asked: str = ""
    at: datetime | None = None
    drawn: bool = False
    """A browser ran its scripts."""
    unchanged: bool = False
    """The server said so (304); the body is the one kept from the last time."""

    @property
    def ok(self) -> bool:
        """Something to read."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body in letters: mark, header, the page's own word, UTF-8, in this order; nothing is refused."""
        for mark, name in BOMS:
            if self.body.startswith(mark):
                return self.body[len(mark) :].decode(name, "replace")
        return _decoded(self.body, _named(self.content_type.encode("latin-1", "replace")) or self._own())

    def _own(self) -> str | None:
        return _named(self.body[:LOOKED_AT])


def _named(raw: bytes) -> str | None:
    found = CHARSET.search(raw)
    return found.group(1).decode("ascii") if found else None


def _decoded(body: bytes, charset: str | None) -> str:
    name = "cp1252" if (charset or "").lower() in ("iso-8859-1", "latin-1", "latin1") else charset or "utf-8"
    try:
        return body.decode(name, "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")
