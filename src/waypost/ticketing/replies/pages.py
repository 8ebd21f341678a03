"""Answering, for people: a page of its own without scripts, a part of the ticket's page with them."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.errors import Invalid
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.replies import actions
from waypost.ticketing.replies.actions import SEND, ThreadMoved
from waypost.ticketing.replies.drafts import actions as drafts
from waypost.ticketing.replies.forms import BODY_LIMIT, TypedForm, Uploads
from waypost.ticketing.replies.writing_desk import REPLY, AlreadyDone, dispatch, drawn, keep
from waypost.ticketing.tickets.views import View

pages = Pages()


@pages.get("/tickets/{ticket_id}/reply", needs=SEND)
async def write(request: Request, work: Reads, caller: SignedIn, ticket_id: UUID, seen: str = "") -> Page:
    """What I have written so far, or a beginning. `seen`: the version of the thread that my page showed."""
    return await drawn(request, work, caller, ticket_id, seen=seen[:100])


@pages.post("/tickets/{ticket_id}/reply", needs=SEND, body_limit=BODY_LIMIT)
async def send(
    request: Request,
    stages: Staged,
    caller: SignedIn,
    ticket_id: UUID,
    typed: TypedForm,
    then: Annotated[str, Form()] = "",
    files: Uploads = None,
) -> Page:
    """Let it leave in ten seconds. What stands in the way is said beside what was typed, and nothing is lost."""
    try:
        if await keep(request, stages, caller, ticket_id, typed, files) is None:
            raise AlreadyDone
        async with stages.open() as work:
            message_id = await dispatch(request, work, caller, ticket_id, typed, then)
    except (ThreadMoved, Invalid) as refused:
        async with stages.open(reads=True) as work:
            return await drawn(request, work, caller, ticket_id, typed=typed, refused=refused)
    return Page(REPLY, goto=f"/tickets/{ticket_id}{View.of(request).query(sent=str(message_id))}#newest")


@pages.post("/tickets/{ticket_id}/replies/{message_id}/cancellation", needs=SEND)
async def take_back(work: Writes, caller: SignedIn, ticket_id: UUID, message_id: UUID) -> Page:
    """Take it back while it is held; it is a draft again."""
    typed = await actions.cancel(work, ticket_id, message_id)
    await drafts.give_back(work, ticket_id, caller.person_id, message_id, typed)
    return Page(REPLY, goto=f"/tickets/{ticket_id}/reply")


@pages.post("/tickets/{ticket_id}/replies/{message_id}/repetition", needs=SEND)
async def send_again(work: Writes, ticket_id: UUID, message_id: UUID) -> Page:
    """A person decides that it did not arrive."""
    await actions.send_again(work, ticket_id, message_id)
    return Page(REPLY, goto=f"/tickets/{ticket_id}#m-{message_id}")


@pages.post("/tickets/{ticket_id}/replies/{message_id}/arrival", needs=SEND)
async def it_arrived(work: Writes, ticket_id: UUID, message_id: UUID) -> Page:
    """A person knows that it arrived."""
    await actions.it_arrived(work, ticket_id, message_id)
    return Page(REPLY, goto=f"/tickets/{ticket_id}#m-{message_id}")


@pages.post("/tickets/{ticket_id}/replies/{message_id}/draft", needs=SEND)
async def edit_as_new(work: Writes, caller: SignedIn, ticket_id: UUID, message_id: UUID) -> Page:
    """What did not arrive becomes a draft; an open one is not written over."""
    await actions.belongs(work, ticket_id, message_id)
    await drafts.begin_from(work, ticket_id, caller.person_id, message_id)
    return Page(REPLY, goto=f"/tickets/{ticket_id}/reply")
