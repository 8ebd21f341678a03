"""Doors of the catalogue for programs."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Query, Response
from starlette.requests import Request
from starlette.responses import StreamingResponse

from waypost.platform.errors import Invalid
from waypost.platform.places import read, written
from waypost.platform.storage.serving import SAFE, disposition
from waypost.platform.web.doors import Doors, Reads, Staged
from waypost.sourcing.access import READ
from waypost.sourcing.offers import queries, search
from waypost.sourcing.offers.asking import sieve_of
from waypost.sourcing.offers.csv_rows import csv_of
from waypost.sourcing.offers.wire import brief, whole
from waypost.sourcing.shape import shape

api = Doors(shape=shape, tags=["sourcing"])
_encode = msgspec.json.Encoder().encode


class CursorUnreadable(Invalid):
    """This cursor is not one of the catalogue's."""

    status = 400


def _json(content: Any) -> Response:
    return Response(_encode(content), media_type="application/json")


@api.get("/api/catalog/offers", needs=READ)
async def list_offers(
    request: Request,
    work: Reads,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """`{items, next_cursor}` of the organisation's catalogue, what was found last first. Filters: `q` (words, quotes,
    or, -), `source`, `category`, `mode`, `contract`, `schedule`, `level`, `technology`, `place` (each may be repeated),
    `company`, `seen_hours`, `pay_from` (whole units a month of `currency`, else PLN), `expired` (no, yes, only).
    Refuses what cannot be read (400)."""
    offers, following = await search.page(
        work.db, sieve_of(request.query_params, work.now), before=read(cursor, CursorUnreadable), limit=limit
    )
    return _json({"items": list(map(brief, offers)), "next_cursor": written(following) if following else None})


@api.get("/api/catalog/offers.csv", needs=READ)
async def export_offers(request: Request, stages: Staged) -> Response:
    """Every offer that the same filters leave, as CSV (RFC 4180, UTF-8), streamed: there is no cap."""
    sieve = sieve_of(request.query_params, stages.works.clock())
    headers = {"Content-Disposition": disposition("attachment", "offers.csv"), "Cache-Control": "private, no-store"}
    return StreamingResponse(csv_of(stages, sieve), headers=SAFE | headers, media_type="text/csv; charset=utf-8")


@api.get("/api/catalog/offers/{offer_id}", needs=READ)
async def show_offer(work: Reads, offer_id: UUID) -> Response:
    """One offer with its history and the runs that saw it. 404 for none, and for another organisation's."""
    offer = await queries.by_id(work.db, offer_id)
    told, runs = await queries.observations(work.db, offer_id), await queries.runs_of(work.db, offer_id)
    return _json(whole(offer, told, runs))
