"""A list of offers as CSV, however long, with what its person wrote."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from waypost.platform.sheets import lines
from waypost.sourcing.notebook.filters import Filters, Reader
from waypost.sourcing.notebook.listing import walk
from waypost.sourcing.notebook.pay import units_of
from waypost.sourcing.notebook.wire import item

if TYPE_CHECKING:
    from waypost.platform.web.doors import Stages

COLUMNS = (
    "jobOfferId",
    "title",
    "company",
    "location",
    "salary",
    "salaryMin",
    "salaryMax",
    "salaryCurrency",
    "salaryPeriod",
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

PAY = {"salaryMin": "salary_min", "salaryMax": "salary_max"}


async def csv_of(stages: "Stages", reader: Reader, filters: Filters) -> AsyncIterator[str]:
    """Head and rows in packs. A stream opens its own work: the request's is closed before the first byte."""
    yield lines([COLUMNS])
    async with stages.open(reads=True) as work:
        async for rows in walk(work.db, reader, filters):
            yield lines(cells(row) for row in rows)


def cells(row: Any) -> list[Any]:
    """One row in the order of `COLUMNS`; amounts in whole units with their cents."""
    told = item(row) | {name: _whole(row, getattr(row, column)) for name, column in PAY.items()}
    return [", ".join(map(str, one)) if isinstance(one := told[name], list) else one for name in COLUMNS]


def _whole(row: Any, minor: int | None) -> Decimal | None:
    return None if minor is None else Decimal(minor) / units_of(row.salary_currency)
