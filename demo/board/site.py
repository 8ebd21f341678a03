"""What the board answers to a path."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs

from demo.board import writing
from demo.board.positions import Position, positions

ROBOTS = "User-agent: *\nDisallow: /apply/\nSitemap: {base}/sitemap.xml\n"
HTML, XML, JSON = "text/html; charset=utf-8", "application/xml; charset=utf-8", "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    kind: str = HTML
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Site:
    """The board itself, without any faults. `base` is its own address, known once it listens."""

    positions: list[Position] = field(default_factory=positions)
    per_page: int = 20
    robots: str | None = ROBOTS
    """None: there is no such file."""
    recommended: int = 2
    base: str = ""

    def answer(self, path: str, query: str = "") -> Answer:
        """By path; 404 for what is not there."""
        if path == "/robots.txt":
            return Answer(404) if self.robots is None else _said(self.robots.format(base=self.base), "text/plain")
        if path in ("/", "/jobs", "/drawn", "/api/jobs.json"):
            return self._list(path, int(parse_qs(query).get("page", ["1"])[0]), "nothing" in query)
        return self._feed(path) or self._offer(path)

    def _list(self, path: str, number: int, nothing: bool) -> Answer:
        shown = [] if nothing else self.positions[(number - 1) * self.per_page : number * self.per_page]
        if path == "/api/jobs.json":
            return _said(json.dumps([{"title": one.title, "path": one.path} for one in shown]), JSON)
        if path == "/drawn":
            return _said(writing.drawn(number))
        pages = 1 if nothing else max(1, -(-len(self.positions) // self.per_page))
        aside = self.positions[-self.recommended :] if number == 1 and self.recommended else []
        return _said(writing.listing(shown, number, pages, aside))

    def _feed(self, path: str) -> Answer | None:
        shown = self.positions
        made = {
            "/feed.xml": lambda: _said(writing.rss(shown, self.base), "application/rss+xml"),
            "/atom.xml": lambda: _said(writing.atom(shown, self.base), "application/atom+xml"),
            "/feed.json": lambda: _said(writing.json_feed(shown, self.base), "application/feed+json"),
            "/sitemap.xml": lambda: _said(writing.sitemap_index(self.base), XML),
            "/sitemap-jobs.xml.gz": lambda: Answer(200, writing.sitemap(shown, self.base), "application/gzip"),
        }.get(path)
        return made() if made else None

    def _offer(self, path: str) -> Answer:
        found = next((one for one in self.positions if one.path == path), None)
        return _said(writing.offer(found, self.base)) if found else Answer(404, b"<h1>Not here</h1>")


def _said(text: str, kind: str = HTML) -> Answer:
    body = text.encode()
    return Answer(200, body, kind, {"etag": f'"{sha256(body).hexdigest()[:16]}"'})
