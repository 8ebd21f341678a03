"""The same for programs."""

from typing import Any
from uuid import UUID

from waypost.archive.access import ASK, READ
from waypost.bridges.kept_tickets.actions import keep_now
from waypost.bridges.kept_tickets.views import as_json, kept, request_json
from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.tickets import queries as tickets

api = Doors(tags=["tickets"])


@api.get("/tickets/{ticket_id}/archive", needs=READ)
async def show(work: Reads, ticket_id: UUID) -> dict[str, Any]:
    """The ticket's record and the newest request for it; null where there is none."""
    return as_json(await kept(work.db, ticket_id))


@api.post("/tickets/{ticket_id}/archive", needs=ASK, status_code=202)
async def ask(work: Writes, ticket_id: UUID) -> dict[str, Any]:
    """Have it archived now; joins the request that is under way. 409 where the policy is never, or it is spam."""
    return request_json(await keep_now(work, await tickets.by_id(work.db, ticket_id)))
