"""A line of text in the making: pieces with their marks, until a block ends and they become data for the pages."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import quote, urlsplit

Run = str | dict[str, Any]
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_ODD = ("  ", "\n", "\t", "\r", "\f")
"""What a text holds whose blanks must be looked at; most have none."""
_LONG = 48
"""Characters without a blank that always fit a line of the full width."""
_STOP = "\u200b"
"""Where a long word may be broken; it has no width."""
_MOST_ADDRESS = 2_000
_SHOWN_ADDRESS = 160
_LINKED = ("http", "https", "mailto")
_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Marks:
    """How a piece is printed, and where it leads."""

    styles: frozenset[str] = frozenset()
    """Of `b i u x ^ _ c`: bold, italic, underlined, struck, raised, lowered, code."""
    address: str = ""

    def plus(self, style: str) -> "Marks":
        """The same and this style."""
        return Marks(self.styles | {style}, self.address)

    def to(self, address: str) -> "Marks":
        """The same, leading there."""
        return Marks(self.styles, address)


@dataclass(slots=True)
class Line:
    """Pieces as they come: texts (a break is "\\n") and finished runs such as small pictures."""

    fit: int = _LONG
    """Characters without a blank that fit where this line stands."""
    pieces: list[tuple[str | dict[str, Any], Marks]] = field(default_factory=list)

    def add(self, text: str, marks: Marks) -> None:
        """Text as HTML has it: runs of blanks count as one."""
        odd = any(one in text for one in _ODD)
        self.pieces.append((_BLANKS.sub(" ", text) if odd else text, marks))

    def break_here(self, marks: Marks) -> None:
        """A line break."""
        self.pieces.append((_BREAK, marks))

    def put(self, run: dict[str, Any], marks: Marks) -> None:
        """Something that is no text."""
        self.pieces.append((run, marks))

    def taken(self) -> list[Run]:
        """The finished runs; the line is empty afterwards."""
        pieces, self.pieces = list(_trimmed(self.pieces)), []
        return [run for address, group in groupby(pieces, _address) for run in self._linked(address, list(group))]

    def _linked(self, address: str, group: list[tuple[str | dict[str, Any], Marks]]) -> list[Run]:
        runs = [self._run(piece, marks) for piece, marks in group]
        if not address:
            return runs
        target = linkable(address)
        said = "".join(piece for piece, _ in group if isinstance(piece, str))
        told = [] if _same(said, address) else [{"m": f" <{breakable(_shortened(address), self.fit)}>"}]
        return [{"a": target, "r": runs}, *told] if target else [*runs, *told]

    def _run(self, piece: str | dict[str, Any], marks: Marks) -> Run:
        if isinstance(piece, dict):
            return piece
        if piece == _BREAK:
            return {}
        text = breakable(piece, self.fit)
        return {"t": text, "f": "".join(sorted(marks.styles))} if marks.styles else text


def breakable(text: str, fit: int = _LONG) -> str:
    """Words longer than `fit` may be broken anywhere (not before a combining mark)."""
    if len(text) <= fit or max(map(len, text.split(" "))) <= fit:
        return text
    part = max(2, fit // 3)
    return re.sub(rf"[!-\u058f]{{{fit + 1},}}", lambda word: _stopped(word[0], part), text)


def _stopped(word: str, part: int) -> str:
    parts = re.findall(rf"(?:[^\u0300-\u036f][\u0300-\u036f]*|.){{1,{part}}}", word)
    return _STOP.join(parts)


def right_to_left(runs: list[Run]) -> bool:
    """Whether the first letter with a direction is one of a right-to-left script (UAX #9, P2)."""
    kinds = (unicodedata.bidirectional(character) for piece in said(runs) for character in piece)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def said(value: Any) -> Iterator[str]:
    """The texts of runs or blocks that stood in the mail, in their order; what we print beside them is left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from said(one)
    elif isinstance(value, dict):
        for name in ("t", "r", "b", "i", "c"):
            if name in value:
                yield from said(value[name])


def linkable(address: str) -> str:
    """The address as a PDF may carry it (RFC 3986), or "" when it leads nowhere outside the mail."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    plain = quote(address.strip(), safe="!#$%&'()*+,/:;=?@[]~")
    leads = parts.path if parts.scheme.lower() == "mailto" else parts.netloc
    return plain if parts.scheme.lower() in _LINKED and leads and len(plain) <= _MOST_ADDRESS else ""


def _trimmed(pieces: list[tuple[str | dict[str, Any], Marks]]) -> Iterator[tuple[str | dict[str, Any], Marks]]:
    """Neither blanks nor breaks at the ends, one blank between words, none after a break."""
    while pieces and isinstance(pieces[-1][0], str) and not pieces[-1][0].strip(" \n"):
        pieces.pop()
    bare = True
    for place, (piece, marks) in enumerate(pieces):
        if isinstance(piece, dict):
            bare = False
            yield piece, marks
            continue
        text = piece.lstrip(" ") if bare and piece != _BREAK else piece
        text = text.rstrip(" ") if place == len(pieces) - 1 and piece != _BREAK else text
        if text:
            bare = text[-1] in " \n"
            yield text, marks


def _address(piece: tuple[Any, Marks]) -> str:
    return piece[1].address


def _same(text: str, address: str) -> bool:
    """Whether the text says its address already."""

    def plain(one: str) -> str:
        return re.sub(r"^(https?://|mailto:)?(www\.)?", "", one.strip().lower()).rstrip("/")

    return plain(text) == plain(address)


def _shortened(address: str) -> str:
    return address if len(address) <= _SHOWN_ADDRESS else f"{address[:_SHOWN_ADDRESS]}…"
