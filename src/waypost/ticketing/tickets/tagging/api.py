"""Tags of a ticket for programs: a door of their own, for the documented ticket has no key for them."""

from typing import Any
from uuid import UUID

from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.tags import queries as tags
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import READ, WRITE
from waypost.ticketing.tickets.tagging import actions

api = Doors(tags=["tags"])


@api.get("/tickets/{ticket_id}/tags", needs=READ)
async def list_tags(work: Reads, ticket_id: UUID) -> dict[str, Any]:
    """What it bears, by name: `{"items": [{"id", "name", "color"}]}`; at most 50."""
    await tickets.by_id(work.db, ticket_id)
    worn = (await tags.worn_by(work.db, [ticket_id])).get(ticket_id, ())
    return {"items": [{"id": one.id, "name": one.name, "color": one.color} for one in worn]}


@api.put("/tickets/{ticket_id}/tags/{tag_id}", needs=WRITE, status_code=204)
async def put_tag(work: Writes, ticket_id: UUID, tag_id: UUID) -> None:
    """It bears the tag; twice is once."""
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    await actions.put_on(work, ticket, await tags.by_id(work.db, tag_id, stays=True))


@api.delete("/tickets/{ticket_id}/tags/{tag_id}", needs=WRITE, status_code=204)
async def remove_tag(work: Writes, ticket_id: UUID, tag_id: UUID) -> None:
    """It bears the tag no more; twice is once."""
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    await actions.take_off(work, ticket, await tags.by_id(work.db, tag_id, stays=True))
