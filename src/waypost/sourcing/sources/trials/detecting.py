"""What an address offers to readers: JobPosting, feeds, sitemaps, links that look like offers. Pure."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from waypost.sourcing.adapters.markup import tree
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.structured import things

FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
WORDS = re.compile(
    r"(?i)/(jobs?|careers?|vacanc\w*|positions?|oferty?|oferta|praca|kariera|stellen\w*|karriere|emplois?)(/|[-_])"
)
FEW, MOST_LINKS = 3, 2_000


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reading it, with its evidence and how sure it is (`high`, `medium`, `low`)."""

    adapter: str
    listing_url: str
    evidence: str
    sure: str
    recipe: dict[str, Any] = field(default_factory=dict)


def ways_of(page: Page, sitemaps: list[str]) -> list[Way]:
    """The surest first; none where nothing of the kind is there."""
    kind, begins = page.content_type.lower(), page.text[:500].lstrip().lower()
    if "<urlset" in begins or "<sitemapindex" in begins:
        return [Way("sitemap", page.url, "This is a sitemap.", "medium", {"listing": {"pattern": "/"}})]
    if "rss" in kind or "atom" in kind or "<rss" in begins or "<feed" in begins or "jsonfeed.org" in begins:
        return [Way("feed", page.url, "This is a feed: the list says all there is.", "high")]
    found = [*_feeds(page), *_postings(page), *_links(page)]
    found += [Way("sitemap", each, "robots.txt names this sitemap.", "low") for each in sitemaps[:3]]
    return sorted(found, key=lambda way: ("high", "medium", "low").index(way.sure))


def _feeds(page: Page) -> list[Way]:
    nodes = tree(page.text).css("link[rel~=alternate][href]")
    wanted = [node for node in nodes if (node.attributes.get("type") or "").lower() in FEEDS]
    urls = dict.fromkeys(urljoin(page.url, node.attributes.get("href") or "") for node in wanted)
    return [Way("feed", url, "The page names this feed.", "high") for url in urls]


def _postings(page: Page) -> list[Way]:
    document = tree(page.text)
    count = sum(1 for _ in things(document, "JobPosting"))
    entries = sum(1 for _ in things(document, "ListItem"))
    if count > 1 or entries >= FEW:
        return [Way("jsonld", page.url, f"{max(count, entries)} offers stand in its structured data.", "high")]
    if count == 1:
        return [Way("jsonld", page.url, "It is the page of one offer; give the address of the list.", "low")]
    return []


def _links(page: Page) -> list[Way]:
    """The commonest beginning of addresses that speak of work."""
    own = urlsplit(page.url).netloc.lower()
    nodes = tree(page.text).css("a[href]")[:MOST_LINKS]
    urls = {urljoin(page.url, node.attributes.get("href") or "").split("#")[0] for node in nodes}
    paths = [urlsplit(url).path for url in urls if urlsplit(url).netloc.lower() == own]
    begun = Counter(path[: match.end()] for path in paths if (match := WORDS.search(path)) and len(path) > match.end())
    if not begun or begun.most_common(1)[0][1] < FEW:
        return []
    begins, times = begun.most_common(1)[0]
    pattern = re.escape(begins).replace("\\-", "-").replace("\\/", "/") + "[^/?#]+"
    said = f"{times} links begin with {begins}; their pages are looked through for JobPosting."
    return [Way("recipe", page.url, said, "medium", {"version": 1, "listing": {"pattern": pattern}})]
