"""Lists that are documented as plain arrays: whole as ever, or a page at a time; the rest by a `Link` (RFC 8288)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Response
from starlette.requests import Request

Row = TypeVar("Row")


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
