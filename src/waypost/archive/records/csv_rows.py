"""The catalogue as CSV. Cells that a spreadsheet would run as a formula begin with an apostrophe."""

import csv
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

from waypost.archive.records.listing import Filters, walk
from waypost.archive.records.manifest import stamp
from waypost.archive.records.wire import record_row

if TYPE_CHECKING:
    from waypost.platform.web.doors import Stages

COLUMNS = (
    "id",
    "origin",
    "source",
    "ref",
    "number",
    "title",
    "customer",
    "folder",
    "state",
    "version",
    "level",
    "size_bytes",
    "closed_at",
    "kept_at",
    "holds",
    "retain_until",
    "verified_at",
    "erased_at",
)
RISKY = ("=", "+", "-", "@", "\t", "\r")


async def csv_of(stages: "Stages", filters: Filters) -> AsyncIterator[str]:
    """Head and rows in packs. A stream opens its own work: the request's is closed before the first byte."""
    yield lines([COLUMNS])
    async with stages.open(reads=True) as work:
        async for rows in walk(work.db, filters):
            yield lines(cells(record_row(row)) for row in rows)


def cells(row: dict[str, Any]) -> list[str]:
    """One row in the order of `COLUMNS`."""
    return [cell(row[name]) for name in COLUMNS]


def cell(value: Any) -> str:
    """As it stands in the file; times in UTC."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return stamp(value)
    text = str(value)
    return f"'{text}" if text.startswith(RISKY) else text


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows as text with CRLF."""
    kept = StringIO()
    csv.writer(kept).writerows(rows)
    return kept.getvalue()
