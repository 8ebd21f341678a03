"""Lists of runs: with what the tables count, and as a sheet."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response, StreamingResponse

from waypost.platform.places import Place
from waypost.platform.sheets import lines
from waypost.platform.storage.serving import SAFE, disposition
from waypost.sourcing.reports import queries
from waypost.sourcing.reports.asked import Filters
from waypost.sourcing.reports.counting import counts_of
from waypost.sourcing.reports.measures import Measures, failure_of, measured
from waypost.sourcing.reports.wire import run_item

COLUMNS = (
    "id",
    "source",
    "status",
    "failureType",
    "retryCount",
    "retryOfRunId",
    "totalFound",
    "scrapedCount",
    "createdAt",
    "finalizedAt",
    "lastHeartbeatAt",
    "listingUrl",
    "error",
)


async def measured_runs(
    db: AsyncSession, filters: Filters, now: datetime, *, limit: int, offset: int = 0, after: Place | None = None
) -> list[tuple[Any, Measures]]:
    """Runs with their numbers: three statements for any number of them."""
    rows = await queries.listed(db, filters, limit, offset=offset, after=after)
    counts = await counts_of(db, [row.id for row in rows])
    return [(row, measured(row, counts[row.id], now)) for row in rows]


async def items(db: AsyncSession, filters: Filters, now: datetime, *, limit: int, offset: int) -> list[dict[str, Any]]:
    """The documented list."""
    return [run_item(run, found) for run, found in await measured_runs(db, filters, now, limit=limit, offset=offset)]


def cells(run: Any) -> Sequence[Any]:
    """One row in the order of `COLUMNS`."""
    return (
        run.id,
        run.source_slug,
        run.status,
        failure_of(run.status, run.failure_type, run.error),
        run.retry_count,
        run.retry_of_run_id,
        run.total_found,
        run.scraped_count,
        run.created_at,
        run.finalized_at or run.completed_at,
        run.last_heartbeat_at,
        run.listing_url,
        run.error,
    )


def streamed(name: str, content: AsyncIterator[str]) -> Response:
    """A file to download that is written while it is read."""
    headers = SAFE | {"Content-Disposition": disposition("attachment", name), "Cache-Control": "private, no-store"}
    return StreamingResponse(content, headers=headers, media_type="text/csv; charset=utf-8")


def sheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A file to download."""
    headers = SAFE | {"Content-Disposition": disposition("attachment", name), "Cache-Control": "private, no-store"}
    return Response(lines([columns, *rows]), headers=headers, media_type="text/csv; charset=utf-8")
