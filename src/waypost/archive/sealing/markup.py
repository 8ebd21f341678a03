"""HTML of mails, made harmless and taken apart: tags that mean something in print stay, everything else is its text.

`clean` is what origins put into a snapshot's `body_html`; pages are made of nothing else, whatever an origin did.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Union

import nh3

_TAGS = (
    "a address article aside b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em"
    " figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp"
    " section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var"
)
_GONE_WITH_CONTENT = "script style title noscript template textarea select option button svg math iframe object"
_VOID = frozenset(("br", "col", "hr", "img"))
_CLOSED_BY_THE_NEXT = "p li td th tr tbody thead tfoot dd dt caption"
_UNNESTED = _VOID.union(_CLOSED_BY_THE_NEXT.split())
"""What a parser closes by itself when the next one opens: often left open, never deep on its own."""
_SPAN = {"colspan", "rowspan"}
_ATTRIBUTES = {
    "*": {"dir"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": _SPAN,
    "th": _SPAN,
    "ol": {"start"},
}
DEEPEST = 100
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>?")
_HREF = re.compile(r"\s*(?:https?:|mailto:|#|/(?!/)|\?|[^:/?#\s]+(?:[/?#]|$))", re.IGNORECASE)
_SHOWN = re.compile(r"\s*(?:https?://|cid:|data:image/|/(?!/)|[^:/?#\s]+(?:[/?#]|$))", re.IGNORECASE)
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z]+=\"[^\"]*\")*)>|([^<]+|<)")
_GIVEN = re.compile(r" ([a-z]+)=\"([^\"]*)\"")
"""All that the cleaner's output is made of: tags with quoted attributes, and text with references."""
_DIRECTIONS = frozenset(("ltr", "rtl", "auto"))


def _filter(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _HREF.match(value) and "\0" not in value else None
    if name == "src":
        return value if _SHOWN.match(value) else None
    if name == "dir":
        return value if value.lower() in _DIRECTIONS else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags=set(_GONE_WITH_CONTENT.split()),
    attributes=_ATTRIBUTES,
    attribute_filter=_filter,
    url_schemes={"http", "https", "mailto", "cid", "data"},
    url_relative="pass_through",
    link_rel=None,
)


_STRIPPER = nh3.Cleaner(tags=set(), clean_content_tags=set(_GONE_WITH_CONTENT.split()), attributes={}, link_rel=None)


@dataclass(slots=True)
class Element:
    """A node of the tree; its children are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Union["Element", str]] = field(default_factory=list)


def clean(html: str) -> str:
    """Well-formed HTML of the tags above; running it again changes nothing. No address in it is fetched by anybody."""
    return _CLEANER.clean(_shallow(html))


def visible(html: str) -> str:
    """All text that a reader would see, without any tree of ours: what pages are compared with."""
    return unescape(_STRIPPER.clean(_shallow(html)))


def parsed(html: str) -> Element:
    """The tree of cleaned HTML, at most DEEPEST levels deep."""
    root = Element("body")
    standing = [root]
    for token in _TOKEN.finditer(clean(html)):
        close, tag, given, text = token.groups()
        if text is not None:
            standing[-1].children.append(unescape(text) if "&" in text else text)
        elif close:
            if len(standing) > 1 and standing[-1].tag == tag:
                standing.pop()
        else:
            made = Element(tag, {name: unescape(value) for name, value in _GIVEN.findall(given)})
            standing[-1].children.append(made)
            if tag not in _VOID:
                standing.append(made)
    return root


def _shallow(html: str) -> str:
    """Tags that open beyond DEEPEST are dropped, their text stays: a tree costs the square of its depth."""
    if html.count("<") < DEEPEST:
        return html
    depth, dropped = 0, 0

    def one(tag: re.Match[str]) -> str:
        nonlocal depth, dropped
        if tag["name"].lower() in _UNNESTED:
            return tag[0]
        if tag["close"]:
            gone = dropped > 0
            dropped, depth = (dropped - 1, depth) if gone else (0, max(0, depth - 1))
            return "" if gone else tag[0]
        dropped, depth = (dropped + 1, depth) if depth >= DEEPEST else (0, depth + 1)
        return "" if dropped else tag[0]

    return _TAG.sub(one, html)
