"""The forms that tag a ticket, as its page shows them."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.web.doors import Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.tags import queries as tags
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import WRITE
from waypost.ticketing.tickets.tagging import actions
from waypost.ticketing.tickets.views import View

pages = Pages()
TICKET = "ticketing/tickets/ticket.html"


@pages.post("/tickets/{ticket_id}/tags", needs=WRITE)
async def put_tag(request: Request, work: Writes, ticket_id: UUID, tag_id: Annotated[UUID, Form()]) -> Page:
    """One more."""
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    await actions.put_on(work, ticket, await tags.by_id(work.db, tag_id, stays=True))
    return Page(TICKET, goto=_back(request, ticket_id))


@pages.post("/tickets/{ticket_id}/tags/{tag_id}/removal", needs=WRITE)
async def remove_tag(request: Request, work: Writes, ticket_id: UUID, tag_id: UUID) -> Page:
    """One less."""
    ticket = await tickets.by_id(work.db, ticket_id, for_update=True)
    await actions.take_off(work, ticket, await tags.by_id(work.db, tag_id, stays=True))
    return Page(TICKET, goto=_back(request, ticket_id))


def _back(request: Request, ticket_id: UUID) -> str:
    return f"/tickets/{ticket_id}{View.of(request).query()}#tags"
