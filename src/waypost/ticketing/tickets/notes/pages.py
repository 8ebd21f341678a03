"""A note's form, as the ticket's page shows it to whoever wrote the note."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.web.doors import Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import WRITE
from waypost.ticketing.tickets.notes import actions, queries
from waypost.ticketing.tickets.views import View

pages = Pages()
TICKET = "ticketing/tickets/ticket.html"


@pages.post("/tickets/{ticket_id}/notes/{note_id}", needs=WRITE)
async def change_note(
    request: Request, work: Writes, ticket_id: UUID, note_id: UUID, body_markdown: Annotated[str, Form()] = ""
) -> Page:
    """Other words for one's own note."""
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    await actions.change_note(work, ticket, await queries.by_id(work.db, ticket_id, note_id), body_markdown)
    return Page(TICKET, goto=f"/tickets/{ticket_id}{View.of(request).query()}#n-{note_id}")
