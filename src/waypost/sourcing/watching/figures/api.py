"""The documented figures, under both documented addresses."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from waypost.platform.web.doors import Doors, Staged
from waypost.platform.web.problems import Problem
from waypost.sourcing.access import OPERATE
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.figures.gathering import AWAY, MetricsUnavailable, gather, window
from waypost.sourcing.watching.figures.metrics import metrics
from waypost.sourcing.watching.terms import WatchTerms
from waypost.sourcing.watching.trail.overview import newest_troubles


def unavailable(problem: Problem, request_id: str) -> dict[str, Any]:
    """The usual shape; a database that was away before anybody was known has the same code as one that went later."""
    told = shape(problem, request_id)
    return told | {"code": MetricsUnavailable.code} if problem.status == MetricsUnavailable.status else told


api = Doors(shape=unavailable, tags=["sourcing operations"])

Hours = Annotated[int | None, Query(alias="windowHours", ge=-1_000_000, le=1_000_000)]


@api.get("/api/ops/support/overview", needs=OPERATE)
async def overview(stages: Staged, request: Request, hours: Hours = None) -> dict[str, Any]:
    """`{metrics, failedRuns, failedCallbackEvents, …}`: the ten newest of each trouble in the window."""
    terms: WatchTerms = request.app.state.parts.of(WatchTerms)
    looked = window(hours, terms.window_hours)
    async with stages.open(reads=True) as work:
        found = metrics(await gather(work, looked))
        return {"metrics": found, **await newest_troubles(work, work.now - timedelta(hours=looked))}


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
