"""The documented lists for operators, and their files."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from starlette.responses import StreamingResponse

from waypost.platform.web.doors import Doors, Reads, Staged, Stages
from waypost.sourcing.access import OPERATE
from waypost.sourcing.shape import shape
from waypost.sourcing.watching.trail import queries
from waypost.sourcing.watching.trail.rows import DECISION_COLUMNS, EVENT_COLUMNS, decision, event, head, lines, request

api = Doors(shape=shape, tags=["sourcing operations"])

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=queries.MOST)]
EventStatus = Annotated[
    Literal["COMPLETED", "FAILED", "INGEST", "received", "applied", "rejected"] | None, Query(alias="status")
]
RunId = Annotated[UUID | None, Query(alias="sourceRunId")]
Decision = Annotated[Literal["allow", "deny"] | None, Query(alias="decision")]
RequestId = Annotated[str | None, Query(alias="requestId", max_length=128)]


@api.get("/api/ops/scrape/callback-events", needs=OPERATE)
async def callback_events(
    work: Reads, status: EventStatus = None, run_id: RunId = None, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """`{items, limit, offset, total}`, newest first."""
    found = await queries.callback_events(work.db, status=status, run_id=run_id, limit=limit, offset=offset)
    return _page(found, event, limit, offset)


@api.get("/api/ops/scrape/callback-events/export.csv", needs=OPERATE)
async def callback_events_file(stages: Staged, status: EventStatus = None, run_id: RunId = None) -> StreamingResponse:
    """All of them, streamed; the documented columns."""
    return _file("callback-events.csv", _event_lines(stages, status, run_id))


@api.get("/api/ops/api-request-events", needs=OPERATE)
async def api_request_events(
    work: Reads,
    level: Literal["warning", "error"] | None = None,
    request_id: RequestId = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """`{items, limit, offset, total}`: requests to sourcing that were refused or failed, newest first."""
    found = await queries.api_requests(work.db, level=level, request_id=request_id, limit=limit, offset=offset)
    return _page(found, request, limit, offset)


@api.get("/api/ops/authorization-events", needs=OPERATE)
async def authorization_events(
    work: Reads, said: Decision = None, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """`{items, limit, offset, total}`: who was kept out, and who used an operator's key, newest first."""
    found = await queries.authorizations(work.db, decision=said, limit=limit, offset=offset)
    return _page(found, decision, limit, offset)


@api.get("/api/ops/authorization-events/export.csv", needs=OPERATE)
async def authorization_events_file(stages: Staged, said: Decision = None) -> StreamingResponse:
    """All of them, streamed."""
    return _file("authorization-events.csv", _decision_lines(stages, said))


async def _event_lines(stages: Stages, status: str | None, run_id: UUID | None) -> AsyncIterator[str]:
    """A stream opens its own work: the request's is closed before the first byte."""
    yield head(EVENT_COLUMNS)
    async with stages.open(reads=True) as work:
        async for pack in queries.walk_callback_events(work.db, status=status, run_id=run_id):
            yield lines(EVENT_COLUMNS, map(event, pack))


async def _decision_lines(stages: Stages, said: str | None) -> AsyncIterator[str]:
    yield head(DECISION_COLUMNS)
    async with stages.open(reads=True) as work:
        async for pack in queries.walk_authorizations(work.db, decision=said):
            yield lines(DECISION_COLUMNS, map(decision, pack))


def _page(found: queries.Paged[Any], shown: Any, limit: int, offset: int) -> dict[str, Any]:
    return {"items": [shown(row) for row in found.items], "limit": limit, "offset": offset, "total": found.total}


def _file(name: str, content: AsyncIterator[str]) -> StreamingResponse:
    about = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, media_type="text/csv; charset=utf-8", headers=about)
