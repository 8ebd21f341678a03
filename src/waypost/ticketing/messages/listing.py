"""Lists that are documented as plain arrays: whole as ever, or a page at a time; the rest by a `Link` (RFC 8288). And
the same lists as people turn their leaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Response
from starlette.requests import Request

Row = TypeVar("Row")
LEAF = 50
"""Rows that people see at once."""


@dataclass(frozen=True, slots=True)
class Listing:
    """How much of a list is asked for, and where what comes behind it is told."""

    path: str
    limit: int
    cursor: str | None
    answer: Response

    def cut(self, rows: Sequence[Row], place: Callable[[Row], str]) -> Sequence[Row]:
        """The page out of its rows and one more; `place` makes the cursor of its last row."""
        if len(rows) > self.limit:
            query = urlencode({"limit": self.limit, "cursor": place(rows[self.limit - 1])})
            self.answer.headers["link"] = f'<{self.path}?{query}>; rel="next"'
        return rows[: self.limit]


def up_to(most: int) -> Callable[..., Listing]:
    """The dependency of a list that shows at most so many rows, and so many unless fewer are asked for."""

    def asked(
        request: Request,
        answer: Response,
        limit: Annotated[int, Query(ge=1, le=most)] = most,
        cursor: Annotated[str | None, Query()] = None,
    ) -> Listing:
        return Listing(request.url.path, limit, cursor, answer)

    return asked


@dataclass(frozen=True, slots=True)
class Leaf:
    """The rows that a person sees of a list; `before` and `after` are ids on the leaves beside it, None at the ends."""

    rows: Sequence[Any]
    before: UUID | None = None
    after: UUID | None = None


def leaf(rows: Sequence[Any], at: UUID | None, size: int = LEAF) -> Leaf:
    """The leaf of a bounded list on which the row with the id `at` stands; the first one when it is no more.

    Named by a row, a leaf is found again after its list was changed or put in another order.
    """
    first = next((place for place, row in enumerate(rows) if row.id == at), 0) // size * size
    behind = first + size
    before = rows[first - size].id if first else None
    return Leaf(rows[first:behind], before, rows[behind].id if behind < len(rows) else None)
