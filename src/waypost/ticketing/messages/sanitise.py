"""HTML from strangers made safe to show: nothing runs, nothing loads by itself, no link tells where it was opened."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

import nh3

from waypost.ticketing.messages.shallow import flatten

__all__ = ["Sanitised", "inline_ids", "sanitise", "shown_html", "with_pictures"]

_TAGS = (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl "
    "dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt "
    "ruby s samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
_GONE_WITH_CONTENT = "script style title noscript template textarea select svg math iframe object applet"
_BOX = {"align", "valign", "bgcolor", "width", "height", "nowrap"}
_ALIGNED = {"align", "width"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "data-remote-src", "alt", "width", "height", "align", "border"},
    "table": _BOX | {"border", "cellpadding", "cellspacing", "summary"},
    **{tag: _BOX | {"span"} for tag in ("tr", "thead", "tbody", "tfoot", "col", "colgroup")},
    **{tag: _BOX | {"colspan", "rowspan", "scope"} for tag in ("td", "th")},
    **{tag: _ALIGNED for tag in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr")},
    "font": {"color", "size", "face"},
    "ol": {"start", "type", "reversed"},
    "time": {"datetime"},
}
_LINK = re.compile(r"\s*(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"\s*https?://", re.IGNORECASE)
_SHOWN = re.compile(r"\s*(?:https?://|cid:|data:image/(?:png|jpeg|gif|webp);base64,)", re.IGNORECASE)
_TAG = re.compile(r'<(?:(?P<name>a|img)\b)?(?:[^">]|"[^"]*")*>')
_QUOTE = re.compile(r'<(?P<close>/?)(?P<quote>blockquote\b)?(?:[^">]|"[^"]*")*>')
_CID = re.compile(r' src="cid:([^"]*)"', re.IGNORECASE)
_SOURCE = re.compile(r' (data-remote-src|src)="([^"]*)"')


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _LINK.match(value) else None
    if attribute == "src":
        return value if _SHOWN.match(value) else None
    if attribute == "data-remote-src":
        return value if _REMOTE.match(value) else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags=set(_GONE_WITH_CONTENT.split()),
    attributes=_ATTRIBUTES,
    attribute_filter=_filter,
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


@dataclass(frozen=True, slots=True)
class Sanitised:
    """A safe fragment, and whether it would fetch pictures from elsewhere if it were allowed to."""

    html: str
    has_remote: bool


def sanitise(html: str) -> Sanitised:
    """Safe form for keeping: remote pictures have `data-remote-src` instead of `src`, `cid:` ones stay as they are.

    The tags and attributes are those of a letter; styles, forms, frames, media and scripts go. A second time changes
    nothing, except that links misnested with tables may be closed elsewhere (HTML itself is not stable there).
    """
    seen: list[str] = []
    safe = _rewritten(_CLEANER.clean(flatten(html)), lambda source: _parked(source, seen))
    return Sanitised(safe, bool(seen))


def _rewritten(clean: str, place: Callable[[re.Match[str]], str]) -> str:
    """Links open elsewhere, picture sources are placed. Every tag is matched, in turn, because a `<` that is no tag
    can stand inside an attribute. (The sanitiser could set `target` itself, but in an order that varies.)"""

    def one(tag: re.Match[str]) -> str:
        if tag["name"] == "a":
            return f'<a target="_blank"{tag[0][2:]}'
        return _SOURCE.sub(place, tag[0]) if tag["name"] else tag[0]

    return _TAG.sub(one, clean)


def _parked(source: re.Match[str], seen: list[str]) -> str:
    if not _REMOTE.match(unescape(source[2])):
        return source[0]
    seen.append(source[2])
    return f' data-remote-src="{source[2]}"'


def shown_html(
    html: str, *, inline: Mapping[str, str] | None = None, remote: Callable[[str], str] | None = None
) -> str:
    """A fragment for a sandboxed frame, sanitised anew so that stricter rules reach mail kept long ago.

    `inline` maps content ids to addresses of their pictures; pictures without one show their alt text. `remote` gives
    the address under which we fetch a picture from elsewhere; without it such pictures stay away. Quoted history is
    folded.
    """
    return folded(_rewritten(_CLEANER.clean(flatten(html)), _Sources(inline or {}, remote).place))


def with_pictures(safe: str, inline: Mapping[str, str]) -> str:
    """A kept fragment whose `cid:` pictures have the addresses of `inline`; those not in it stay as they are."""

    def placed(source: re.Match[str]) -> str:
        name = unescape(source[1]).strip("<>")
        address = inline.get(name) or inline.get(unquote(name))
        return f' src="{escape(address)}"' if address else source[0]

    return _TAG.sub(lambda tag: _CID.sub(placed, tag[0]) if tag["name"] == "img" else tag[0], safe) if inline else safe


def inline_ids(safe: str) -> frozenset[str]:
    """Content ids that the pictures of a kept fragment name, as written and decoded (RFC 2392 percent-encodes them)."""
    named = {unescape(cid).strip("<>") for cid in _CID.findall(safe)}
    return frozenset(named | {unquote(one) for one in named})


def folded(safe: str) -> str:
    """Outermost quotations become disclosures; `safe` must be well-formed, as the sanitiser leaves it. Every tag is
    matched in turn, so that one inside an attribute stays text."""
    depth = 0

    def one(tag: re.Match[str]) -> str:
        nonlocal depth
        if not tag["quote"]:
            return tag[0]
        if tag["close"]:
            depth -= 1
            return "</blockquote></details>" if depth == 0 else tag[0]
        depth += 1
        return f"<details><summary>•••</summary>{tag[0]}" if depth == 1 else tag[0]

    return _QUOTE.sub(one, safe)


@dataclass(frozen=True, slots=True)
class _Sources:
    inline: Mapping[str, str]
    remote: Callable[[str], str] | None

    def place(self, source: re.Match[str]) -> str:
        """The attribute as it is displayed."""
        value = unescape(source[2])
        if _REMOTE.match(value):
            return f' src="{escape(self.remote(value))}"' if self.remote else f' data-remote-src="{source[2]}"'
        if value[:4].lower() == "cid:":
            name = value[4:].strip("<>")
            address = self.inline.get(name) or self.inline.get(unquote(name))
            return f' src="{escape(address)}"' if address else ""
        return source[0]
