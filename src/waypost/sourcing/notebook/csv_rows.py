"""A list of offers as CSV, however long, with what its person wrote."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from waypost.platform.sheets import lines
from waypost.sourcing.notebook.filters import Filters, Reader
from waypost.sourcing.notebook.listing import walk
from waypost.sourcing.notebook.wire import item

if TYPE_CHECKING:
    from waypost.platform.web.doors import Stages

COLUMNS = (
    "jobOfferId",
    "title",
    "company",
    "location",
    "salary",
    "source",
    "workModes",
    "contractTypes",
    "seniority",
    "matchScore",
    "status",
    "tags",
    "followUpAt",
    "notes",
    "isExpired",
    "firstSeenAt",
    "lastSeenAt",
    "linkedAt",
    "url",
)


async def csv_of(stages: "Stages", reader: Reader, filters: Filters) -> AsyncIterator[str]:
    """Head and rows in packs. A stream opens its own work: the request's is closed before the first byte."""
    yield lines([COLUMNS])
    async with stages.open(reads=True) as work:
        async for rows in walk(work.db, reader, filters):
            yield lines(cells(row) for row in rows)


def cells(row: Any) -> list[Any]:
    """One row in the order of `COLUMNS`."""
    told = item(row)
    return [", ".join(map(str, one)) if isinstance(one := told[name], list) else one for name in COLUMNS]
