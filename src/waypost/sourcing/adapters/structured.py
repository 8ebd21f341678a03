"""Structured data of a page: JSON-LD with its many spellings, and microdata; both become plain objects."""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

SCRIPTS = 'script[type^="application/ld+json" i]'
WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*\]\]>|\]\]>|-->)\s*;?\s*$")
DEEPEST = 12
MOST_THINGS = 2_000
LINKS = {"a": "href", "area": "href", "link": "href"}
SOURCES = {"img": "src", "audio": "src", "embed": "src", "iframe": "src", "source": "src", "video": "src"}
VALUES = {"meta": "content", "time": "datetime", "data": "value", "meter": "value", "object": "data"}
ATTRIBUTE = LINKS | SOURCES | VALUES
"""Where an element keeps the value of its property (HTML Standard, microdata)."""


def kinds(thing: Any) -> tuple[str, ...]:
    """The types of an object without the address of their vocabulary."""
    told = thing.get("@type", ()) if isinstance(thing, dict) else ()
    each = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    return tuple(re.split(r"[/#:]", one.rstrip("/"))[-1] for one in each if isinstance(one, str))


def things(page: "LexborHTMLParser", kind: str) -> Iterator[dict[str, Any]]:
    """All objects of a type: those of JSON-LD (nested, in arrays, in `@graph`), then those of microdata."""
    for script in page.css(SCRIPTS):
        yield from (one for one in within(loaded(script.text())) if kind in kinds(one))
    for node in page.css("[itemscope][itemtype]"):
        if kind in _types(node):
            yield microdata(node)


def loaded(text: str) -> Any:
    """JSON as it stands in pages: in comments, with a last semicolon, with raw line ends; None where it is none."""
    bare = text.strip()
    while (cut := WRAPPED.sub("", bare).strip()) != bare:
        bare = cut
    try:
        return json.loads(bare.rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def within(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside, outermost first; bounded in depth and number."""
    waiting = [(value, 0)]
    seen = 0
    while waiting and seen < MOST_THINGS:
        one, depth = waiting.pop(0)
        seen += 1
        if isinstance(one, dict):
            yield one
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        if depth < DEEPEST:
            waiting.extend((each, depth + 1) for each in inner if isinstance(each, dict | list))


def microdata(node: "LexborNode", depth: int = 0) -> dict[str, Any]:
    """One item of microdata as JSON-LD would say it; a property that is said twice becomes a list."""
    told: dict[str, Any] = {"@type": list(_types(node))}
    for one in _properties(node):
        value = _value(one, depth)
        for name in (one.attributes.get("itemprop") or "").split():
            if name in told:
                told[name] = [*(told[name] if isinstance(told[name], list) else [told[name]]), value]
            else:
                told[name] = value
    return told


def _types(node: "LexborNode") -> tuple[str, ...]:
    return kinds({"@type": (node.attributes.get("itemtype") or "").split()})


def _properties(node: "LexborNode") -> "Iterator[LexborNode]":
    """The item's own ones: not those of the items inside it."""
    waiting = list(node.iter())
    while waiting:
        one = waiting.pop(0)
        if "itemprop" in one.attributes:
            yield one
        if "itemscope" not in one.attributes:
            waiting[:0] = list(one.iter())


def _value(node: "LexborNode", depth: int) -> Any:
    if "itemscope" in node.attributes:
        return microdata(node, depth + 1) if depth < DEEPEST else None
    if "content" in node.attributes:
        return node.attributes["content"] or ""
    named = node.attributes.get(ATTRIBUTE.get(node.tag or "", ""))
    if named is not None:
        return named
    return (node.inner_html or "").strip() if list(node.iter()) else node.text().strip()
