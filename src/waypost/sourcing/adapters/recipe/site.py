"""A site read by a recipe: its lists and its offers. With an empty recipe it is the reader of JobPosting pages."""

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from waypost.sourcing.adapters.draft import Draft
from waypost.sourcing.adapters.embedded import found
from waypost.sourcing.adapters.found import Detail, Link, Listing
from waypost.sourcing.adapters.markup import tree
from waypost.sourcing.adapters.page import Page
from waypost.sourcing.adapters.posting import drafted, words
from waypost.sourcing.adapters.recipe.reading import Sheet, data_of, matches, offer_at, taken
from waypost.sourcing.adapters.recipe.words import Cards, Fields, ListingRules, Next, Recipe, Rule
from waypost.sourcing.adapters.structured import kinds, things
from waypost.sourcing.wire.identity import bare

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


@cache
def fallback() -> Fields:
    """Where a recipe says nothing of them."""
    return {
        "title": (Rule(posting="title"), Rule(css="h1"), Rule(meta="og:title")),
        "description": (Rule(posting="description"),),
        "company": (Rule(posting="company"),),
    }


def listing(page: Page, recipe: Recipe) -> Listing:
    """One page of the list: its offers in order, each once, and the page after it."""
    document, rules = tree(page.text), recipe.listing
    data = data_of(document, rules.embedded)
    cards = _cards(document, data, page.url, recipe)
    anchors, recommended = _anchors(document, page.url, recipe)
    structured = [] if rules.cards else _structured(document, page.url, recipe)
    zero = bool(rules.zero and document.css_first(rules.zero))
    links = _merged(anchors, structured or cards, zero=zero, drawn_only=bool(rules.cards and rules.cards.items))
    return Listing(
        tuple(links), _next(document, page.url, rules.next) if links else (), recommended, zero and not anchors
    )


def _merged(anchors: list[Link], told: list[Link], *, zero: bool, drawn_only: bool) -> list[Link]:
    """Anchors in the list's order with what is told of them; told ones alone where no anchor stands there."""
    known = {link.key: link for link in told}
    if anchors:
        return list({link.key: known.get(link.key, link) for link in anchors}.values())
    return [] if zero and drawn_only else list(known.values())


def _anchors(document: "LexborHTMLParser", base: str, recipe: Recipe) -> tuple[list[Link], int]:
    rules = recipe.listing
    if rules.pattern is None and rules.links == "a[href]":
        return [], 0
    within = document.css_first(rules.within) if rules.within else None
    place = within or document.root
    aside = {_found_at(one, base, recipe) for part in _outside(document, rules) for one in part.css(rules.links)} - {""}
    urls = [_found_at(one, base, recipe) for one in place.css(rules.links)] if place is not None else []
    wanted = [url for url in dict.fromkeys(urls) if url and matches(rules.pattern, url)]
    kept = wanted if within is not None else [url for url in wanted if url not in aside]
    ignored = {url for url in aside if matches(rules.pattern, url)} - set(kept)
    return [Link(url, taken(recipe.id, url)) for url in kept], len(ignored)


def _outside(document: "LexborHTMLParser", rules: ListingRules) -> "list[LexborNode]":
    return document.css(rules.outside) if rules.outside else []


def _found_at(node: "LexborNode", base: str, recipe: Recipe) -> str:
    """Absolute; empty for what is no web address."""
    url = urljoin(base, (node.attributes.get("href") or "").strip())
    return offer_at(url, recipe.id)[0] if url.startswith(("http://", "https://")) and len(url) <= 2048 else ""


def _cards(document: "LexborHTMLParser", data: Any, base: str, recipe: Recipe) -> list[Link]:
    cards = recipe.listing.cards
    if cards is None:
        return []
    if cards.items is not None:
        sheets = [Sheet(base, None, one) for one in found(data, cards.items)]
    else:
        sheets = [Sheet(base, one) for one in (document.css(cards.item) if cards.item else [])]
    return [link for sheet in sheets if (link := _card(sheet, cards, recipe))]


def _card(sheet: Sheet, cards: Cards, recipe: Recipe) -> Link | None:
    url = next((str(told) for rule in cards.link if (told := sheet.value(rule))), "")
    url = offer_at(urljoin(sheet.url, url), recipe.id)[0] if url else ""
    if not url.startswith(("http://", "https://")) or not matches(recipe.listing.pattern, url):
        return None
    summary = sheet.draft(cards.fields, url)
    summary.raw["listing"] = sheet.data if isinstance(sheet.data, dict) else {}
    return Link(url, taken(recipe.id, url), summary, whole=not recipe.follow)


def _structured(document: "LexborHTMLParser", base: str, recipe: Recipe) -> list[Link]:
    """JobPostings and entries of an ItemList that the list itself carries."""
    told: dict[str, Link] = {}
    for posting in things(document, "JobPosting"):
        if url := _address(posting, base, recipe):
            draft = drafted(posting, url)
            told[url] = Link(url, taken(recipe.id, url), draft, whole=not recipe.follow)
    for entry in things(document, "ListItem"):
        url = _address(entry.get("item"), base, recipe) or _address(entry, base, recipe)
        if url and "BreadcrumbList" not in kinds(entry):
            told.setdefault(url, Link(url, taken(recipe.id, url)))
    trails = [entry for trail in things(document, "BreadcrumbList") for entry in _entries(trail)]
    crumbs = {_address(one.get("item"), base, recipe) for one in trails}
    return [link for url, link in told.items() if url not in crumbs and matches(recipe.listing.pattern, url)]


def _entries(trail: dict[str, Any]) -> list[dict[str, Any]]:
    entries = trail.get("itemListElement")
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _address(thing: Any, base: str, recipe: Recipe) -> str:
    told = thing.get("url") or thing.get("@id") if isinstance(thing, dict) else thing
    url = urljoin(base, told.strip()) if isinstance(told, str) and told.strip() else ""
    return offer_at(url, recipe.id)[0] if url.startswith(("http://", "https://")) else ""


def _next(document: "LexborHTMLParser", base: str, rules: Next) -> tuple[str, ...]:
    if rules.css is not None:
        node = document.css_first(rules.css)
        url = urljoin(base, (node.attributes.get("href") or "").strip()) if node is not None else base
        return (
            (url,)
            if url.split("#")[0] != base.split("#", maxsplit=1)[0] and url.startswith(("http://", "https://"))
            else ()
        )
    return (_numbered(base, rules),) if rules.param else ()


def _numbered(base: str, rules: Next) -> str:
    parts = urlsplit(base)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    told = pairs.get(rules.param or "", "")
    pairs[rules.param or ""] = str((int(told) if told.isdigit() else rules.first) + rules.step)
    return urlunsplit(parts._replace(query=urlencode(pairs), fragment=""))


def detail(page: Page, recipe: Recipe) -> Detail:
    """One offer: the recipe's fields first, then whatever the page's JobPosting says beside them."""
    document, rules = tree(page.text), recipe.detail
    posting = _posting(document, page.url)
    sheet = Sheet(page.url, document.root, data_of(document, rules.embedded), posting)
    fields: Fields = {**fallback(), **rules.fields}
    draft = sheet.draft(fields, page.url).take(posting)
    if isinstance(sheet.data, dict):
        draft.raw["embedded"] = sheet.data
    gone = rules.expired is not None and document.css_first(rules.expired) is not None
    return Detail(draft, expired=gone or bool(draft.values.get("is_expired")))


def _posting(document: "LexborHTMLParser", url: str) -> Draft:
    """The JobPosting that speaks of this page, else the first."""
    told = [(one, drafted(one, url, _spelling(one))) for one in things(document, "JobPosting")]
    own = [draft for one, draft in told if words(one.get("url")) and bare(words(one.get("url"))) == bare(url)]
    others = [draft for _, draft in told]
    first = next(iter(own or others), Draft(url))
    for other in others if len(others) > 1 and not own else []:
        if other.values.get("title") == first.values.get("title"):
            first.take(other)
    return first


def _spelling(thing: dict[str, Any]) -> str:
    """Microdata has its types as a list without a context; only for the eyes of a person."""
    return "microdata" if isinstance(thing.get("@type"), list) and "@context" not in thing else "JSON-LD"
