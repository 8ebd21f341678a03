"""Pages of the inbox: the list beside the conversation, and the small forms that change a ticket."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query
from starlette.requests import Request

from waypost.platform.errors import Invalid
from waypost.platform.parts import Parts
from waypost.platform.storage.links import BlobLinks
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.ticketing.messages.cursors import parse_cursor
from waypost.ticketing.tickets import actions, desk, queries
from waypost.ticketing.tickets.actions import READ, WRITE, Change
from waypost.ticketing.tickets.conversation import dress, read
from waypost.ticketing.tickets.models import Priority, Status
from waypost.ticketing.tickets.pictures import PictureLinks
from waypost.ticketing.tickets.showing import Linking, shown, without_body
from waypost.ticketing.tickets.views import View

pages = Pages()
EARLIER = 30
INBOX, TICKET = "ticketing/tickets/inbox.html", "ticketing/tickets/ticket.html"
MESSAGE, NEIGHBOURS = "ticketing/tickets/message.html", "ticketing/tickets/earlier.html"


def linking(request: Request, work: Work) -> Linking:
    """Signed links for this answer."""
    parts: Parts = request.app.state.parts
    return Linking(parts.of(BlobLinks), parts.of(PictureLinks), work.org, work.now)


@pages.get("/tickets", needs=READ)
async def inbox(request: Request, work: Reads, caller: SignedIn) -> Page:
    """The list alone; the place beside it says what to do."""
    view = View.of(request)
    return Page(INBOX, blocks=("list",), current=None, **await desk.listed(work.db, view, caller))


@pages.get("/tickets/{ticket_id}", needs=READ)
async def ticket(request: Request, work: Reads, caller: SignedIn, ticket_id: UUID) -> Page:
    """A conversation beside the list it was opened from."""
    view = View.of(request)
    values = await desk.listed(work.db, view, caller)
    values |= await desk.opened(work.db, ticket_id, linking(request, work))
    return Page(TICKET, current=ticket_id, done=desk.done(request), **values)


@pages.get("/tickets/{ticket_id}/messages", needs=READ)
async def earlier(
    request: Request, work: Reads, ticket_id: UUID, cursor: Annotated[str, Query(max_length=200)] = ""
) -> Page:
    """Older messages of a long conversation, folded; a page of its own without scripts."""
    found = await queries.by_id(work.db, ticket_id)
    spoken = await read(work.db, ticket_id, before=parse_cursor(cursor), limit=EARLIER + 1, bodies=False)
    return Page(
        NEIGHBOURS,
        blocks=("messages",),
        ticket=found,
        messages=[without_body(one) for one in reversed(spoken[:EARLIER])],
        older=desk.older(spoken, EARLIER),
    )


@pages.get("/tickets/{ticket_id}/messages/{message_id}", needs=READ)
async def message(request: Request, work: Reads, ticket_id: UUID, message_id: UUID, pictures: bool = False) -> Page:
    """One message, whole; `?pictures=1` lets its remote pictures load, fetched by the server."""
    found = await queries.by_id(work.db, ticket_id)
    (spoken,) = await dress(work.db, [await queries.message(work.db, ticket_id, message_id)])
    one = shown(spoken, linking(request, work), pictures=pictures)
    return Page(MESSAGE, blocks=("message",), ticket=found, message=one)


def _back(request: Request, ticket_id: UUID, **said: str) -> str:
    return f"/tickets/{ticket_id}{View.of(request).query(**said)}"


async def _change(request: Request, work: Work, ticket_id: UUID, change: Change) -> Page:
    found = await queries.by_id(work.db, ticket_id, for_update=True)
    was = desk.undo_of(found, change)
    await actions.change(work, found, change)
    return Page(TICKET, goto=_back(request, ticket_id, **was))


@pages.post("/tickets/{ticket_id}/status", needs=WRITE)
async def set_status(request: Request, work: Writes, ticket_id: UUID, status: Annotated[Status, Form()]) -> Page:
    """Change where it stands."""
    return await _change(request, work, ticket_id, Change(status=status))


@pages.post("/tickets/{ticket_id}/closure", needs=WRITE)
async def close(request: Request, work: Writes, ticket_id: UUID) -> Page:
    """Close it; the toast leads back."""
    return await _change(request, work, ticket_id, Change(status=Status.CLOSED))


@pages.post("/tickets/{ticket_id}/priority", needs=WRITE)
async def set_priority(request: Request, work: Writes, ticket_id: UUID, priority: Annotated[Priority, Form()]) -> Page:
    """Change how urgent it is."""
    return await _change(request, work, ticket_id, Change(priority=priority))


@pages.post("/tickets/{ticket_id}/assignee", needs=WRITE)
async def assign(
    request: Request, work: Writes, ticket_id: UUID, assignee_user_id: Annotated[str, Form()] = ""
) -> Page:
    """Give it to a colleague, or to nobody."""
    return await _change(request, work, ticket_id, Change(assignee_user_id=_person(assignee_user_id)))


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as broken:
        raise Invalid("assignee_user_id: choose a colleague from the list") from broken


@pages.post("/tickets/{ticket_id}/notes", needs=WRITE)
async def note(request: Request, work: Writes, ticket_id: UUID, body_markdown: Annotated[str, Form()] = "") -> Page:
    """Leave a note."""
    found = await queries.by_id(work.db, ticket_id, for_update=True)
    await actions.add_note(work, found, body_markdown)
    return Page(TICKET, goto=_back(request, ticket_id) + "#newest")
