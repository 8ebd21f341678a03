"""Requests for programs of ours; the documented doors of the Zammad archiver are intake's."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.requests import actions, asking
from waypost.archive.requests.views import View, line, whole
from waypost.platform.web.doors import Doors, Reads, Writes

api = Doors(tags=["archive requests"])


class Order(BaseModel):
    """Ask for a case once more; `force` passes the gate and needs a `reason`."""

    force: bool = False
    reason: str | None = None


@api.get("/archive-requests", needs=READ)
async def list_requests(request: Request, work: Reads) -> dict[str, Any]:
    """Newest first; `state`, `q` (the number that people or the origin call a case), `cursor`."""
    found = await asking.listed(work.db, View.of(request))
    counts = {state.value: count for state, count in found.counts.items()}
    cursor = found.rows[-1].id if found.older else None
    return {"items": [line(each) for each in found.rows], "next_cursor": cursor, "counts": counts}


@api.get("/archive-requests/{request_id}", needs=READ)
async def show(request_id: UUID, work: Reads) -> dict[str, Any]:
    """One request with its steps, its case's history and the deliveries that brought it."""
    found = await asking.shown(work.db, request_id)
    deliveries = [
        {"delivery_id": one.delivery_id, "outcome": one.outcome, "times": one.times} for one in found.deliveries
    ]
    return whole(found.request) | {"history": [line(each) for each in found.history], "deliveries": deliveries}


@api.post("/archive-requests/{request_id}/repetition", needs=ASK, status_code=202)
async def repeat(request_id: UUID, order: Order, work: Writes) -> dict[str, Any]:
    """Ask for the same case once more."""
    return whole(await actions.ask_again(work, request_id, forced=order.force, reason=order.reason))
