"""Pages of the inbox: the list beside the conversation, and the small forms that change a ticket."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query
from starlette.requests import Request

from waypost.platform.parts import Parts
from waypost.platform.slots import Slots
from waypost.platform.storage.links import BlobLinks
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.ticketing.messages.cursors import parse_cursor
from waypost.ticketing.outbound.actions import SEND
from waypost.ticketing.outbound.queries import states
from waypost.ticketing.saved_views.queries import shown_to
from waypost.ticketing.tickets import actions, desk, queries
from waypost.ticketing.tickets.actions import READ, WRITE, Change
from waypost.ticketing.tickets.conversation import dress, read
from waypost.ticketing.tickets.filtering.tabs import home
from waypost.ticketing.tickets.handing import Handing
from waypost.ticketing.tickets.linked import leads_to
from waypost.ticketing.tickets.models import Priority, Status
from waypost.ticketing.tickets.pictures import PictureLinks
from waypost.ticketing.tickets.showing import Linking, shown, without_body
from waypost.ticketing.tickets.views import View
from waypost.ticketing.tickets.watching.actions import unwatch, watch

pages = Pages()
EARLIER = 30
INBOX, TICKET = "ticketing/tickets/inbox.html", "ticketing/tickets/ticket.html"
STANDING = "ticketing/tickets/standing.html"
MESSAGE, NEIGHBOURS = "ticketing/tickets/message.html", "ticketing/tickets/earlier.html"


def linking(request: Request, work: Work) -> Linking:
    """Signed links for this answer."""
    parts: Parts = request.app.state.parts
    return Linking(parts.of(BlobLinks), parts.of(PictureLinks), work.org, work.now, parts.of(Handing))


@pages.get("/tickets", needs=READ)
async def inbox(request: Request, work: Reads, caller: SignedIn) -> Page:
    """The list alone; the place beside it says what to do."""
    saved = await shown_to(work.db, caller.person_id)
    if not request.url.query and (opens_with := home(saved)):
        return Page(INBOX, goto=opens_with)
    listed = await desk.listed(work.db, View.of(request), caller, saved)
    return Page(INBOX, blocks=("list",), current=None, **listed)


@pages.get("/tickets/{ticket_id}", needs=READ)
async def ticket(
    request: Request,
    work: Reads,
    caller: SignedIn,
    ticket_id: UUID,
    sent: UUID | None = None,
    rearranged: UUID | None = None,
    stay: bool = False,
) -> Page:
    """A conversation beside the list it was opened from; a ticket that became part of another leads there.

    `sent` is the reply that was written just now, `rearranged` what can be undone; `stay` shows the empty ticket.
    """
    view = View.of(request)
    values = await desk.listed(work.db, view, caller, await shown_to(work.db, caller.person_id))
    values |= await desk.opened(work.db, ticket_id, linking(request, work), caller.person_id)
    if not values["ticket"].message_count and not stay and (whole := await leads_to(work.db, ticket_id)) != ticket_id:
        return Page(TICKET, goto=f"/tickets/{whole}{view.query()}")
    values |= {"done": desk.done(request), "sent": sent, "rearranged": rearranged, "may": _may(caller)}
    parts: Parts = request.app.state.parts
    values["slots"] = parts.of(Slots).of("ticket.beside", ticket_id=ticket_id)
    return Page(TICKET, current=ticket_id, **values)


def _may(caller: Caller) -> dict[str, bool]:
    """What this person may do on the page: the rest is not shown, and not in the palette."""
    return {"write": WRITE in caller.keys, "send": SEND in caller.keys}


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
async def message(
    request: Request, work: Reads, caller: SignedIn, ticket_id: UUID, message_id: UUID, pictures: bool = False
) -> Page:
    """One message, whole; `?pictures=1` lets its remote pictures load, fetched by the server."""
    found = await queries.by_id(work.db, ticket_id)
    (spoken,) = await dress(work.db, [await queries.message(work.db, ticket_id, message_id)])
    one = shown(spoken, linking(request, work), pictures=pictures)
    standing = await states(work.db, [message_id] if one.is_ours else [])
    return Page(
        MESSAGE, blocks=("message",), ticket=found, message=one, standing=standing, may=_may(caller), now=work.now
    )


@pages.get("/tickets/{ticket_id}/messages/{message_id}/standing", needs=READ)
async def standing(work: Reads, caller: SignedIn, ticket_id: UUID, message_id: UUID) -> Page:
    """Where one of our messages stands on its way out; nothing when it was taken back meanwhile."""
    await queries.by_id(work.db, ticket_id)
    found = await states(work.db, [message_id] if await queries.holds(work.db, ticket_id, message_id) else [])
    return Page(
        STANDING,
        blocks=("standing",),
        goto=f"/tickets/{ticket_id}",
        ticket_id=ticket_id,
        message_id=message_id,
        one=found.get(message_id),
        may=_may(caller),
        now=work.now,
    )


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
    request: Request,
    work: Writes,
    ticket_id: UUID,
    assignee: Annotated[str, Form()] = "",
    assignee_user_id: Annotated[str, Form()] = "",
) -> Page:
    """Give it to a colleague, to a queue, or to nobody."""
    return await _change(request, work, ticket_id, desk.assigning(assignee or assignee_user_id))


@pages.post("/tickets/{ticket_id}/watch", needs=READ)
async def follow(request: Request, work: Writes, ticket_id: UUID) -> Page:
    """Be told of it among what I watch."""
    await watch(work, await queries.by_id(work.db, ticket_id))
    return Page(TICKET, goto=_back(request, ticket_id))


@pages.post("/tickets/{ticket_id}/unwatch", needs=READ)
async def look_away(request: Request, work: Writes, ticket_id: UUID) -> Page:
    """Watch it no more."""
    await unwatch(work, await queries.by_id(work.db, ticket_id))
    return Page(TICKET, goto=_back(request, ticket_id))


@pages.post("/tickets/{ticket_id}/notes", needs=WRITE)
async def note(request: Request, work: Writes, ticket_id: UUID, body_markdown: Annotated[str, Form()] = "") -> Page:
    """Leave a note."""
    found = await queries.by_id(work.db, ticket_id, for_update=True)
    await actions.add_note(work, found, body_markdown)
    return Page(TICKET, goto=_back(request, ticket_id) + "#newest")
