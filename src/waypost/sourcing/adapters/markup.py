"""HTML as text: blocks become lines, items get a dot, nothing of scripts remains."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ]
)
SILENT = frozenset(("script", "style", "template", "noscript", "svg", "iframe", "object", "head", "title"))
ALONE = frozenset(("br", "hr", "li"))
"""Blocks after which no line ends."""
MOST_NODES = 50_000
DEEPEST, SHALLOW = 1_000, 4_000
"""Nesting at which a page is cut, and tags below which nobody looks: parsing time grows with its square."""
LOOSE = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
) | frozenset(["dd", "dt", "li", "option", "p", "rb", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"])
"""Elements that need no end."""
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
TAGGED = re.compile(r"<[a-zA-Z!/][^<>]*>|&[a-zA-Z#][a-zA-Z0-9]{1,8};")
SPACES = re.compile(r"[^\S\n]+")
GAPS = re.compile(r"\n\s*\n\s*")


def tree(html: str) -> "LexborHTMLParser":
    """The document; parses whatever it is given. Imported here: an idle process does not carry the parser."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(shallow(html))


def shallow(html: str) -> str:
    """The page up to where it is nested too deeply for anybody; nearly always all of it."""
    if html.count("<") < SHALLOW:
        return html
    depth = 0
    for match in TAG.finditer(html):
        if match[2].lower() not in LOOSE:
            depth = max(0, depth - 1) if match[1] else depth + 1
            if depth > DEEPEST:
                return html[: match.start()]
    return html


def plain(html: str) -> str:
    """The text of a piece of HTML; a text without any tag stays as it is."""
    if not TAGGED.search(html):
        return tidy(html)
    document = tree(html)
    return lines(document.body or document.root)


def lines(node: "LexborNode | None") -> str:
    """What a reader sees of a node, block by block."""
    told: list[str] = []
    open_nodes: list[tuple[LexborNode | None, bool]] = [(node, False)]
    seen = 0
    while open_nodes and seen < MOST_NODES:
        one, ended = open_nodes.pop()
        seen += 1
        if one is None or one.tag in SILENT:
            continue
        if one.is_text_node:
            told.append(SPACES.sub(" ", (one.text_content or "").replace("\n", " ")))
        elif ended:
            told.append("\n")
        else:
            _opened(one, told, open_nodes)
    return tidy("".join(told))


def _opened(node: "LexborNode", told: list[str], open_nodes: "list[tuple[LexborNode | None, bool]]") -> None:
    if node.tag in BLOCKS:
        told.append("\n• " if node.tag == "li" else "\n")
        if node.tag not in ALONE:
            open_nodes.append((node, True))
    open_nodes.extend((child, False) for child in reversed(list(node.iter(include_text=True))))


def tidy(text: str) -> str:
    """Single spaces, at most one empty line, no blanks at line ends."""
    spaced = SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return GAPS.sub("\n\n", "\n".join(line.strip() for line in spaced.split("\n"))).strip()


def items(node: "LexborNode") -> list[str]:
    """The entries of a list, or the lines of a block that has none."""
    found = [lines(one).removeprefix("• ") for one in node.css("li")]
    return [text for text in (found or [line.removeprefix("• ") for line in lines(node).split("\n")]) if text]
