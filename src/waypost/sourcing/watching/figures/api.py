"""The documented figures, under both documented addresses."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from waypost.platform.web.doors import Doors, Staged
from waypost.sourcing.access import OPERATE
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.figures.gathering import AWAY, MetricsUnavailable, gather, window
from waypost.sourcing.watching.figures.metrics import metrics
from waypost.sourcing.watching.terms import WatchTerms

api = Doors(shape=shape, tags=["sourcing operations"])

Hours = Annotated[int | None, Query(alias="windowHours", ge=-1_000_000, le=1_000_000)]


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
