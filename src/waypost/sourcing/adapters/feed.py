"""Feeds as lists of offers: RSS 2.0 and 1.0, Atom (also the broken ones), JSON Feed."""

import json
from calendar import timegm
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.adapters.found import Link, Listing
from waypost.sourcing.adapters.markup import plain
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.recipe.reading import matches, taken
from waypost.sourcing.adapters.recipe.words import Recipe
from waypost.sourcing.wire.identity import bare

MOST_ENTRIES = 2_000


def listing(page: Page, recipe: Recipe) -> Listing:
    """The entries in the feed's order; each says all there is, unless the recipe asks for its page too."""
    drafts, after = _json(page) if _is_json(page) else _xml(page)
    links: dict[str, Link] = {}
    for draft in drafts:
        if matches(recipe.listing.pattern, draft.url):
            number = taken(recipe.id, draft.url) or draft.values.pop("source_id", None)
            link = Link(draft.url, number, draft, whole=not recipe.follow or "description" in draft.values)
            links.setdefault(link.key, link)
    return Listing(tuple(links.values()), after, zero=not drafts)


def _is_json(page: Page) -> bool:
    return "json" in page.content_type or page.body.lstrip()[:1] == b"{"


def _json(page: Page) -> tuple[list[Draft], tuple[str, ...]]:
    """JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    try:
        told = json.loads(page.text)
    except (ValueError, RecursionError):
        return [], ()
    entries = told.get("items") if isinstance(told, dict) else None
    drafts = [draft for one in (entries or [])[:MOST_ENTRIES] if isinstance(one, dict) and (draft := _item(one, page))]
    after = told.get("next_url") if isinstance(told, dict) else None
    return drafts, (urljoin(page.url, after),) if isinstance(after, str) else ()


def _item(item: dict[str, Any], page: Page) -> Draft | None:
    url = _web(item.get("url") or item.get("external_url") or item.get("id"), page.url)
    if url is None:
        return None
    draft = Draft(url)
    authors = item.get("authors") or [item.get("author")]
    first = authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], dict) else {}
    draft.put("title", plain(str(item.get("title") or "")), "JSON Feed title")
    html = item.get("content_html") or item.get("content_text") or item.get("summary") or ""
    draft.put("description", plain(str(html)), "JSON Feed content")
    draft.put("company", str(first.get("name") or ""), "JSON Feed author")
    draft.put("posted_at", str(item.get("date_published") or ""), "JSON Feed date_published")
    draft.put("details.keywords", [str(tag) for tag in item.get("tags") or []], "JSON Feed tags")
    draft.put("source_id", _number(str(item.get("id") or ""), url), "JSON Feed id")
    draft.raw["item"] = item
    return draft


def _xml(page: Page) -> tuple[list[Draft], tuple[str, ...]]:
    """RSS and Atom by feedparser, which reads what browsers of feeds have always read."""
    import feedparser  # type: ignore[import-untyped]  # the library has no types

    told = feedparser.parse(page.body, response_headers={"content-type": page.content_type or "application/xml"})
    drafts = [draft for one in told.entries[:MOST_ENTRIES] if (draft := _entry(one, page))]
    after = [one.get("href") for one in told.feed.get("links", []) if one.get("rel") == "next"]
    return drafts, tuple(urljoin(page.url, one) for one in after[:1] if one)


def _entry(entry: Any, page: Page) -> Draft | None:
    url = _web(entry.get("link") or entry.get("id"), page.url)
    if url is None:
        return None
    draft = Draft(url)
    draft.put("title", plain(entry.get("title", "")), "feed title")
    content = next((one.get("value", "") for one in entry.get("content", [])), "") or entry.get("summary", "")
    draft.put("description", plain(content), "feed content")
    draft.put("company", entry.get("author", "") or entry.get("dc_creator", ""), "feed author")
    for name in ("posted_at", "expires_at"):
        draft.put(name, _instant(entry, name), "feed date")
    draft.put(
        "details.keywords", [one.get("term") for one in entry.get("tags", []) if one.get("term")], "feed category"
    )
    draft.put("location", entry.get("location", "") or entry.get("job_location", ""), "feed location")
    draft.put("source_id", _number(entry.get("id", ""), url), "feed id")
    return draft


def _instant(entry: Any, name: str) -> str | None:
    keys = ("published_parsed", "updated_parsed") if name == "posted_at" else ("expired_parsed",)
    parsed = next((told for key in keys if (told := entry.get(key))), None)
    return datetime.fromtimestamp(timegm(parsed), UTC).isoformat() if parsed else None


def _web(told: Any, base: str) -> str | None:
    url = urljoin(base, told.strip()) if isinstance(told, str) else ""
    return url.split("#")[0] if url.startswith(("http://", "https://")) and len(url) <= 2048 else None


def _number(identifier: str, url: str) -> str | None:
    """An id that is more than the address again."""
    known = identifier.strip()
    same = not known or bare(known) == bare(url) or known.startswith(("http://", "https://"))
    return None if same else known[:200]
