"""Readings of a message, for programs."""

from typing import Any
from uuid import UUID

from waypost.platform.web.doors import Doors, Reads, Writes
from waypost.ticketing.intake.pages import HANDLE
from waypost.ticketing.intake.rereading import actions
from waypost.ticketing.intake.rereading.models import FormerContent
from waypost.ticketing.intake.rereading.queries import former
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import READ

api = Doors(tags=["tickets"])


@api.get("/tickets/{ticket_id}/messages/{message_id}/readings", needs=READ)
async def list_readings(work: Reads, ticket_id: UUID, message_id: UUID) -> dict[str, Any]:
    """How earlier versions of our reader understood a message, newest first: only what they understood otherwise."""
    await tickets.message(work.db, ticket_id, message_id)
    return {"items": [reading_json(one) for one in await former(work.db, message_id)]}


def reading_json(one: FormerContent) -> dict[str, Any]:
    """One of them."""
    names = ("content_version", "parser_version", "parsed_at", "replaced_at", "said")
    return {name: getattr(one, name) for name in names}


@api.post("/tickets/{ticket_id}/messages/{message_id}/readings", needs=HANDLE, status_code=202)
async def post_reading(work: Writes, ticket_id: UUID, message_id: UUID) -> dict[str, str]:
    """Read a message anew from its bytes. Where it belongs stays as it is."""
    await tickets.message(work.db, ticket_id, message_id)
    await actions.ask(work, message_id)
    return {"status": "queued"}
