"""The documented figures, under both documented addresses."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from waypost.platform.web.doors import Doors, Reads, Staged
from waypost.platform.web.problems import Problem
from waypost.sourcing.access import OPERATE
from waypost.sourcing.notebook import figures as notebook
from waypost.sourcing.offers import figures as catalogue
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.figures.gathering import AWAY, LONGEST, MetricsUnavailable, gather, window
from waypost.sourcing.watching.figures.metrics import metrics
from waypost.sourcing.watching.terms import WatchTerms
from waypost.sourcing.watching.trail.overview import newest_troubles


def unavailable(problem: Problem, request_id: str) -> dict[str, Any]:
    """The usual shape; a database that was away before anybody was known has the same code as one that went later."""
    told = shape(problem, request_id)
    if problem.status != MetricsUnavailable.status:
        return told
    return told | {"code": MetricsUnavailable.code, "error": told["error"] | {"code": MetricsUnavailable.code}}


api = Doors(shape=unavailable, tags=["sourcing operations"])

CATALOG_HOURS = 72
Hours = Annotated[int | None, Query(alias="windowHours", ge=-1_000_000, le=1_000_000)]


@api.get("/api/ops/support/overview", needs=OPERATE)
async def overview(stages: Staged, request: Request, hours: Hours = None) -> dict[str, Any]:
    """`{metrics, failedRuns, failedCallbackEvents, …}`: the ten newest of each trouble in the window."""
    terms: WatchTerms = request.app.state.parts.of(WatchTerms)
    looked = window(hours, terms.window_hours)
    async with stages.open(reads=True) as work:
        found = metrics(await gather(work, looked))
        return {"metrics": found, **await newest_troubles(work, work.now - timedelta(hours=looked))}


@api.get("/api/ops/catalog/summary", needs=OPERATE)
async def catalog_summary(
    work: Reads, hours: Annotated[int, Query(alias="windowHours", ge=1, le=LONGEST)] = CATALOG_HOURS
) -> dict[str, Any]:
    """Totals, freshness, expiry coverage of each source, quality mix, origin mix (how offers of the window came into
    notebooks) and `ways` (how its runs found them); `countedAt` says of when the catalogue's part is."""
    told = await catalogue.summary(work.db, work.now, hours)
    return told | {"origins": await notebook.origins(work.db, work.now, hours)}


@api.get("/api/ops/metrics", needs=OPERATE)
@api.get("/ops/metrics", needs=OPERATE)
async def figures(stages: Staged, request: Request, hours: Hours = None) -> dict[str, Any]:
    """Every documented key. Refuses: the database is away (503 `METRICS_UNAVAILABLE`)."""
    terms: WatchTerms = request.app.state.parts.of(WatchTerms)
    try:
        async with stages.open(reads=True) as work:
            return metrics(await gather(work, window(hours, terms.window_hours)))
    except AWAY as error:
        raise MetricsUnavailable from error
