"""Plain text shown as HTML."""

import re
from html import escape

_LINK = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"]{1,2000})"
    r"|(?P<address>\b[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b)"
)
_TAIL = ".,;:!?'*_]"
_INDENT = re.compile(r"(?m)^ +| {2,}")


def text_to_html(text: str) -> str:
    """A safe fragment: escaped, line breaks and indents kept, web and mail addresses made links."""
    pieces: list[str] = []
    end = 0
    for match in _LINK.finditer(text):
        pieces += (_shown(text[end : match.start()]), _link(match))
        end = match.end()
    return "".join((*pieces, _shown(text[end:])))


def _shown(text: str) -> str:
    spaced = _INDENT.sub(lambda m: "\u00a0" * (len(m[0]) - 1) + ("\u00a0" if m.start() == 0 else " "), text)
    return escape(spaced).replace("\n", "<br>\n")


def _link(match: re.Match[str]) -> str:
    if match["address"]:
        return _anchor(f"mailto:{match['address']}", match["address"])
    url, tail = _without_tail(match["url"])
    return _anchor(url, url) + escape(tail)


def _without_tail(url: str) -> tuple[str, str]:
    """Punctuation behind an address belongs to the sentence, and so does a bracket opened before it."""
    kept = url.rstrip(_TAIL)
    if kept.endswith(")") and "(" not in kept:
        kept = kept.rstrip(f"){_TAIL}")
    return kept, url[len(kept) :]


def _anchor(href: str, label: str) -> str:
    return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer nofollow">{escape(label)}</a>'
