"""Rearranging for programs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body

from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.rearranging import actions, queries
from waypost.ticketing.rearranging import undo as undoing
from waypost.ticketing.rearranging.models import Rearrangement
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import READ, WRITE

api = Doors(tags=["rearranging"])
SHOWN = ("id", "kind", "ticket_id", "other_id", "message_ids", "made_at", "made_by", "undone_at", "undone_by")

Other = Annotated[UUID, Body(embed=True)]


def shown(made: Rearrangement) -> dict[str, Any]:
    """`ticket_id` gave, `other_id` took; `undone_at` is null while it stands."""
    return {name: getattr(made, name) for name in SHOWN}


@api.get("/tickets/{ticket_id}/rearrangements", needs=READ)
async def of_ticket(work: Reads, ticket_id: UUID) -> dict[str, Any]:
    """`{items: […]}`: what was done to a ticket, the newest hundred first."""
    await tickets.by_id(work.db, ticket_id)
    return {"items": [shown(one) for one in await queries.of_ticket(work.db, ticket_id)]}


@api.post("/tickets/{ticket_id}/merges", needs=WRITE, status_code=201)
async def merge(work: Writes, ticket_id: UUID, into: Other) -> dict[str, Any]:
    """This ticket becomes part of the ticket `into`."""
    return shown(await actions.merge(work, ticket_id, into))


@api.post("/tickets/{ticket_id}/splits", needs=WRITE, status_code=201)
async def split(work: Writes, ticket_id: UUID, message_ids: Annotated[list[UUID], Body(embed=True)]) -> dict[str, Any]:
    """These messages become a ticket of their own: `other_id`."""
    return shown(await actions.split(work, ticket_id, list(dict.fromkeys(message_ids))))


@api.post("/tickets/{ticket_id}/messages/{message_id}/moves", needs=WRITE, status_code=201)
async def move(work: Writes, ticket_id: UUID, message_id: UUID, into: Other) -> dict[str, Any]:
    """This message belongs to the ticket `into`."""
    return shown(await actions.move(work, ticket_id, message_id, into))


@api.post("/tickets/{ticket_id}/links", needs=WRITE, status_code=201)
async def link(work: Writes, ticket_id: UUID, other_id: Other) -> dict[str, Any]:
    """The two tickets know of each other."""
    return shown(await actions.link(work, ticket_id, other_id))


@api.delete("/tickets/{ticket_id}/links/{other_id}", needs=WRITE)
async def unlink(work: Writes, ticket_id: UUID, other_id: UUID) -> dict[str, Any]:
    """They do not any more; the answer's `id` leads back."""
    return shown(await actions.unlink(work, ticket_id, other_id))


@api.post("/rearrangements/{rearrangement_id}/undo", needs=WRITE)
async def undo(work: Writes, rearrangement_id: UUID) -> dict[str, Any]:
    """Everything as it was; see `waypost.ticketing.rearranging.undo`."""
    return shown(await undoing.undo(work, rearrangement_id))
