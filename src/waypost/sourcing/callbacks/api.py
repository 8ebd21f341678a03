"""The four doors of scrapers, as documented (sourcing.md 1.5): one verifier, one register, one transaction each."""

from functools import partial
from typing import Any

from starlette.requests import Request

from waypost.platform.web.doors import Doors
from waypost.sourcing.callbacks.actions import receive_chunk, receive_completion, receive_heartbeat
from waypost.sourcing.callbacks.knocking import received
from waypost.sourcing.callbacks.terms import CallbackTerms
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.shape import shape
from waypost.sourcing.wire.report import LARGEST_BODY
from waypost.sourcing.wire.words import Kind

api = Doors(shape=shape, tags=["worker callbacks"])
OPEN: dict[str, Any] = {"public": True, "foreign": True, "status_code": 201, "body_limit": LARGEST_BODY}
Answer = dict[str, Any]


@api.post("/api/job-sources/complete", **OPEN)
async def complete(request: Request) -> Answer:
    """The end of a run."""
    return await received(request, Kind.COMPLETE, receive_completion)


@api.post("/api/job-sources/runs/{run_id}/heartbeat", **OPEN)
async def heartbeat(request: Request) -> Answer:
    """A scraper lives; the answer carries what it may do next."""
    parts = request.app.state.parts
    fresh = parts.of(CallbackTerms).fresh_for
    return await received(
        request, Kind.HEARTBEAT, partial(receive_heartbeat, terms=parts.of(RunTerms), fresh_for=fresh)
    )


@api.post("/api/job-sources/runs/{run_id}/offers", **OPEN)
async def offer(request: Request) -> Answer:
    """One offer of a run that goes on."""
    return await _chunk(request, many=False)


@api.post("/api/job-sources/runs/{run_id}/offers/batch", **OPEN)
async def batch(request: Request) -> Answer:
    """Several of them."""
    return await _chunk(request, many=True)


async def _chunk(request: Request, *, many: bool) -> Answer:
    terms = request.app.state.parts.of(RunTerms)
    return await received(request, Kind.INGEST, partial(receive_chunk, terms=terms, many=many))
