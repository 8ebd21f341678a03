"""Tables of mails: which are tables at all, and where each cell stands once spans are worked out."""

from collections.abc import Iterator
from dataclasses import dataclass

from waypost.archive.sealing.markup import Element

WIDEST = 16
"""Columns that fit a page; a wider table is printed row by row as lines."""
MOST_CELLS = 8_000
"""A larger table is printed row by row as lines: the engine holds about 35 kB for each cell."""
_MOST_SLOTS = 200_000
"""Slots that spans may claim in all; beyond that a cell takes one."""
_ROWS = frozenset(("tr",))
_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_CELLS = frozenset(("td", "th"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and the slots that it takes."""

    x: int
    y: int
    columns: int
    rows: int
    element: Element

    @property
    def is_head(self) -> bool:
        """Whether it names what stands below or beside it."""
        return self.element.tag == "th"


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells of a table; none overlap, none stand outside."""

    columns: int
    rows: int
    cells: tuple[Cell, ...]

    @property
    def is_data(self) -> bool:
        """Whether it says something by its rows and columns; else it only places things, as newsletters do."""
        if any(cell.is_head for cell in self.cells):
            return True
        return self.columns > 1 and self.rows > 1 and not any(_holds_table(cell.element) for cell in self.cells)

    @property
    def fits(self) -> bool:
        """Whether it can be printed as a table."""
        return self.columns <= WIDEST and len(self.cells) <= MOST_CELLS

    @property
    def head_rows(self) -> int:
        """1 when the first row is a heading that can be repeated on each page, else 0."""
        first = [cell for cell in self.cells if cell.y == 0]
        return int(self.rows > 1 and bool(first) and all(cell.is_head and cell.rows == 1 for cell in first))


def grid(table: Element) -> Grid:
    """Cells in their places (HTML Standard §4.9.12, "forming a table"); spans end where the table does."""
    rows = list(rows_of(table))
    taken: set[tuple[int, int]] = set()
    cells = [cell for y, row in enumerate(rows) for cell in _placed(row, y, len(rows), taken)]
    return Grid(max((cell.x + cell.columns for cell in cells), default=0), len(rows), tuple(cells))


def rows_of(table: Element) -> Iterator[Element]:
    """The rows of a table, without those of tables inside it."""
    for child in table.children:
        if isinstance(child, Element) and child.tag in _GROUPS:
            yield from rows_of(child)
        elif isinstance(child, Element) and child.tag in _ROWS:
            yield child


def _placed(row: Element, y: int, height: int, taken: set[tuple[int, int]]) -> Iterator[Cell]:
    x = 0
    for element in row.children:
        if not isinstance(element, Element) or element.tag not in _CELLS:
            continue
        while (x, y) in taken:
            x += 1
        down = min(_span(element, "rowspan", height) or height, height - y)
        across = _free(x, y, _span(element, "colspan", 100) or 1, taken)
        if len(taken) + down * across > _MOST_SLOTS:
            down = across = 1
        taken.update((x + i, y + j) for i in range(across) for j in range(down))
        yield Cell(x, y, across, down, element)
        x += across


def _free(x: int, y: int, wanted: int, taken: set[tuple[int, int]]) -> int:
    """Columns from x on that no cell from above reaches into."""
    return next((i for i in range(wanted) if (x + i, y) in taken), wanted)


def _span(element: Element, name: str, most: int) -> int:
    text = element.attributes.get(name, "1").strip()
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _holds_table(element: Element) -> bool:
    children = [child for child in element.children if isinstance(child, Element)]
    return any(child.tag == "table" or _holds_table(child) for child in children)
