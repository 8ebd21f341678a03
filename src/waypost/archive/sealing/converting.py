"""From the tree of a mail to blocks of the pages: data that a fixed template prints, so no text can ever be code."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from waypost.archive.sealing.markup import Element, parsed, visible
from waypost.archive.sealing.runs import Line, Marks, Run, breakable, right_to_left, said
from waypost.archive.sealing.tables import Cell, Grid, grid

Block = str | dict[str, Any]
Resolve = Callable[[str, str, str], dict[str, Any] | str | None]
"""(address, alt text, wanted width) → a picture of the pages, a sentence to stand in its place, or nothing at all."""

DEEPEST = 8
"""Quotes, lists and tables inside each other; what is deeper stands at this depth."""
_STYLES = {
    **dict.fromkeys(("b", "strong", "th"), "b"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "i"),
    **dict.fromkeys(("u", "ins"), "u"),
    **dict.fromkeys(("s", "strike", "del"), "x"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "c"),
    "sup": "^",
    "sub": "_",
}
_INLINE = frozenset(("a", "big", "font", "mark", "small", "span", "time", *_STYLES)) - {"th"}
_HEADS = {f"h{level}": level for level in range(1, 7)}
_SMALL = 28
"""Points of height up to which a picture stands in its line."""
_AFTER_ARTICLE = 2
"""Level of an article's own heading; headings of mails stand below it and skip none (PDF/UA-1, 7.4.2)."""


_PARAGRAPHS = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_WIDE_BLANKS = re.compile(r"(?:^| ) +|\t")
_LINES_TOGETHER = 100
"""Lines of plain text or code in one block; more are continued in the next."""


def of_html(html: str, resolve: Resolve) -> tuple[list[Block], bool]:
    """An HTML body as blocks, and whether every visible character of it is in them."""
    writer = Writer(resolve)
    writer.inside(parsed(html), Marks())
    writer.flush()
    return writer.out, _letters("".join(said(writer.out))) == _letters(visible(html))


def _letters(text: str) -> str:
    """Without blanks and what has no width."""
    return "".join(text.split()).replace("\u200b", "").replace("\ufeff", "")


def of_text(text: str) -> list[Block]:
    """Plain text as blocks: lines stay lines, and blanks that draw something stay where they are."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return [block for paragraph in _PARAGRAPHS.split(whole) if paragraph.strip() for block in _paragraph(paragraph)]


def _paragraph(text: str) -> Iterator[Block]:
    lines = [breakable(_WIDE_BLANKS.sub(_unbroken, line.rstrip())) for line in text.split("\n")]
    for start in range(0, len(lines), _LINES_TOGETHER):
        together = lines[start : start + _LINES_TOGETHER]
        runs: list[Run] = []
        for line in together:
            runs += [{}, line] if runs else [line]
        rtl = {"x": {"d": 1}} if right_to_left(runs) else {}
        yield {"k": "p", "r": runs, **rtl} if len(runs) > 1 or rtl else together[0]


def _unbroken(blanks: re.Match[str]) -> str:
    return "\u00a0" * (4 if blanks[0] == "\t" else len(blanks[0]))


@dataclass(slots=True)
class Writer:
    """Writes the blocks of one article."""

    resolve: Resolve
    out: list[Block] = field(default_factory=list)
    line: Line = field(default_factory=Line)
    depth: int = 0
    head: int = _AFTER_ARTICLE
    direction: str = ""

    def inside(self, element: Element, marks: Marks) -> None:
        """Everything in an element."""
        for child in element.children:
            if isinstance(child, str):
                self.line.add(child, marks)
            else:
                self.element(child, marks)

    def element(self, element: Element, marks: Marks) -> None:
        """One element by what it means in print."""
        if element.tag in _INLINE:
            self.inside(element, _marked(element, marks))
        elif element.tag == "br":
            self.line.break_here(marks)
        elif element.tag == "img":
            self._picture(element, marks)
        else:
            self.flush()
            before, self.direction = self.direction, _direction(element) or self.direction
            _WRITE.get(element.tag, Writer._plain)(self, element, marks)
            self.flush()
            self.direction = before

    def flush(self, level: int = 0) -> None:
        """End the block that is being written; `level` makes it a heading."""
        runs = self.line.taken()
        if not runs:
            return
        rtl = self.direction == "rtl" or (self.direction != "ltr" and right_to_left(runs))
        sides = {"x": {"d": 1}} if rtl else {}
        if level:
            self.out.append({"k": "h", "l": level, "r": runs, **sides})
        elif len(runs) == 1 and isinstance(runs[0], str) and not rtl:
            self.out.append(runs[0])
        else:
            self.out.append({"k": "p", "r": runs, **sides})

    def nested(self, element: Element, marks: Marks, fit: int = 0) -> list[Block]:
        """The blocks of an element that stands inside another block."""
        one = Writer(self.resolve, [], Line(fit or self.line.fit), self.depth + 1, direction=self.direction)
        one.inside(element, marks)
        one.flush()
        return one.out

    def _plain(self, element: Element, marks: Marks) -> None:
        self.inside(element, marks)

    def _heading(self, element: Element, marks: Marks) -> None:
        """Inside a quote or a table a heading is a bold line: there it heads no section of the document."""
        if self.depth:
            self.inside(element, marks.plus("b"))
            return
        level = min(_HEADS[element.tag] + _AFTER_ARTICLE, self.head + 1)
        before = len(self.out)
        self.inside(element, marks)
        self.flush(level)
        self.head = level if len(self.out) > before else self.head

    def _quote(self, element: Element, marks: Marks) -> None:
        if self.depth >= DEEPEST:
            self.inside(element, marks)
        elif blocks := self.nested(element, marks):
            self.out.append({"k": "q", "b": blocks})

    def _list(self, element: Element, marks: Marks) -> None:
        if self.depth >= DEEPEST:
            self.inside(element, marks)
            return
        items = [Element("li", children=[child]) if not _is(child, "li") else child for child in _solid(element)]
        written = [self.nested(item, marks) for item in items if isinstance(item, Element)]
        if element.tag == "ul":
            self.out.append({"k": "ul", "i": written})
        else:
            self.out.append({"k": "ol", "s": _number(element.attributes.get("start", "")), "i": written})

    def _code(self, element: Element, marks: Marks) -> None:
        text = "".join(_said_in(element)).replace("\r\n", "\n").strip("\n")
        lines = text.split("\n") if text.strip() else []
        for start in range(0, len(lines), _LINES_TOGETHER):
            self.out.append({"k": "c", "t": "\n".join(lines[start : start + _LINES_TOGETHER])})

    def _rule(self, element: Element, marks: Marks) -> None:
        self.out.append({"k": "hr"})

    def _table(self, element: Element, marks: Marks) -> None:
        for child in element.children:
            if isinstance(child, Element) and child.tag == "caption":
                self.element(child, marks)
                self.flush()
        found = grid(element)
        if self.depth < DEEPEST and found.is_data and found.fits:
            self.out.append(self._data(found, marks))
        else:
            self._lines(found, marks)

    def _data(self, found: Grid, marks: Marks) -> Block:
        fit = max(4, 60 // found.columns)

        def one(cell: Cell) -> list[Any]:
            return [cell.x, cell.y, cell.columns, cell.rows, cell.is_head, self.nested(cell.element, marks, fit)]

        return {"k": "t", "n": found.columns, "h": found.head_rows, "c": [one(cell) for cell in found.cells]}

    def _lines(self, found: Grid, marks: Marks) -> None:
        """A table that places things: its cells one after another. One that is too wide: a line for each row."""
        wide = found.is_data and not found.fits
        for cell in found.cells:
            if wide and cell.x:
                self.line.put({"m": " · "}, marks)
            else:
                self.flush()
            self.inside(cell.element, marks)
        self.flush()

    def _picture(self, element: Element, marks: Marks) -> None:
        given = element.attributes
        found = self.resolve(given.get("src", ""), given.get("alt", "").strip(), given.get("width", ""))
        if isinstance(found, str):
            self.line.put({"m": found}, marks)
        elif found and found["h"] <= _SMALL:
            self.line.put(found, marks)
        elif found:
            self.flush()
            self.out.append({"k": "i", **found})


_WRITE: dict[str, Callable[[Writer, Element, Marks], None]] = {
    **dict.fromkeys(_HEADS, Writer._heading),
    "blockquote": Writer._quote,
    "ul": Writer._list,
    "ol": Writer._list,
    "pre": Writer._code,
    "hr": Writer._rule,
    "table": Writer._table,
}
_LARGEST_START = 999_999


def _marked(element: Element, marks: Marks) -> Marks:
    if element.tag == "a":
        address = element.attributes.get("href", "").strip()
        return marks.to(address) if address and not address.startswith("#") else marks
    style = _STYLES.get(element.tag)
    return marks.plus(style) if style else marks


def _direction(element: Element) -> str:
    return element.attributes.get("dir", "").lower()


def _solid(element: Element) -> list[Element | str]:
    return [child for child in element.children if not isinstance(child, str) or child.strip()]


def _is(child: Element | str, tag: str) -> bool:
    return isinstance(child, Element) and child.tag == tag


def _number(text: str) -> int:
    return min(int(text), _LARGEST_START) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _said_in(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag == "br":
            yield "\n"
        else:
            yield from _said_in(child)
