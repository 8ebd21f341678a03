"""What a board wrote, as people read it: plain paragraphs and lists, whatever markup it came in. Pure.

No markup of a stranger ever becomes markup of ours: tags only tell where a line ends, then they are gone.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_NAMES = "p div br li ul ol h1 h2 h3 h4 h5 h6 section article header footer table tr dt dd blockquote"
_BREAKING = frozenset(_NAMES.split())
_SILENT = frozenset({"script", "style", "noscript", "template", "iframe", "svg"})
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_BULLET = re.compile(r"^\s*(?:[•·‣▪◦●*–—-]|\d{1,2}[.)])\s+")
_MANY = re.compile(r"[^\S\n]+")
LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the entries of a list."""

    lines: tuple[str, ...]
    is_list: bool = False


class _Plain(HTMLParser):
    """Collects text; block elements become line breaks, entries of lists begin with a bullet."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A line ends where a block begins."""
        self._silent += tag in _SILENT
        if tag in _BREAKING:
            self.pieces.append("\n• " if tag == "li" else "\n\n" if tag == "p" else "\n")

    def handle_endtag(self, tag: str) -> None:
        """And where it ends."""
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BREAKING:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Text, unless it is a program's."""
        if not self._silent:
            self.pieces.append(data)


def plain(text: str) -> str:
    """Text without markup, its lines kept."""
    if not _MARKUP.search(text):
        return text
    reader = _Plain()
    reader.feed(text)
    reader.close()
    return "".join(reader.pieces)


def blocks(text: str) -> list[Block]:
    """Paragraphs and lists; neighbouring entries make one list."""
    found: list[Block] = []
    for piece in re.split(r"\n\s*\n", plain(text[:LONGEST]).replace("\r", "")):
        for line in filter(None, (_MANY.sub(" ", one).strip() for one in piece.split("\n"))):
            _put(found, line)
        if found and not found[-1].is_list:
            found.append(Block(()))
    return [block for block in found if block.lines]


def _put(found: list[Block], line: str) -> None:
    """To the list before it if both are entries, to the paragraph before it if neither is."""
    is_entry = bool(_BULLET.match(line))
    text = _BULLET.sub("", line) if is_entry else line
    if found and found[-1].is_list == is_entry and (is_entry or found[-1].lines):
        found[-1] = Block((*found[-1].lines, text), is_entry)
    else:
        found.append(Block((text,), is_entry))
