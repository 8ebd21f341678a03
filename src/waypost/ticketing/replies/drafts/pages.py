"""Doors of a draft: kept while one types, files, canned texts, preview, putting it away and taking it back."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.errors import Invalid
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.outbound.actions import SEND
from waypost.ticketing.outbound.queries import identity
from waypost.ticketing.replies.canned import queries as canned
from waypost.ticketing.replies.canned.filling import fill
from waypost.ticketing.replies.composer import composed, places
from waypost.ticketing.replies.drafts import actions, queries
from waypost.ticketing.replies.drafts.composing import added
from waypost.ticketing.replies.forms import BODY_LIMIT, TypedForm, Uploads
from waypost.ticketing.replies.writing_desk import drawn, keep
from waypost.ticketing.tickets import queries as tickets

pages = Pages()
HINT = "ticketing/replies/drafts/hint.html"
PREVIEW = "ticketing/replies/drafts/preview.html"


@pages.get("/tickets/{ticket_id}/draft", needs=SEND)
async def hint(work: Reads, caller: SignedIn, ticket_id: UUID) -> Page:
    """Whether something of mine is unfinished here; the ticket's page asks."""
    await tickets.by_id(work.db, ticket_id)
    draft = await queries.of(work.db, ticket_id, caller.person_id)
    open_ = draft if draft is not None and draft.is_open and draft.body.strip() else None
    return Page(HINT, blocks=("hint",), ticket_id=ticket_id, draft=open_)


@pages.post("/tickets/{ticket_id}/draft", needs=SEND, body_limit=BODY_LIMIT)
async def save(
    request: Request, stages: Staged, caller: SignedIn, ticket_id: UUID, typed: TypedForm, files: Uploads = None
) -> Page:
    """Keep what was typed, and files that came with it. A choice of another address draws the composer anew."""
    try:
        draft = await keep(request, stages, caller, ticket_id, typed, files)
    except Invalid as refused:
        async with stages.open(reads=True) as work:
            return await drawn(request, work, caller, ticket_id, typed=typed, refused=refused)
    if request.headers.get("hx-target") == "composer":
        async with stages.open(reads=True) as work:
            return await drawn(request, work, caller, ticket_id)
    here = f"/tickets/{ticket_id}/reply"
    return Page(HINT, blocks=("kept",), goto=here, ticket_id=ticket_id, draft=draft)


@pages.post("/tickets/{ticket_id}/draft/files/{file_id}/removal", needs=SEND, body_limit=BODY_LIMIT)
async def detach(
    request: Request, stages: Staged, caller: SignedIn, ticket_id: UUID, file_id: UUID, typed: TypedForm
) -> Page:
    """Take a file off, and keep what was typed meanwhile."""
    await keep(request, stages, caller, ticket_id, typed, None)
    async with stages.open() as work:
        await actions.detach(work, await actions.mine(work, ticket_id, caller.person_id), file_id)
    async with stages.open(reads=True) as work:
        return await drawn(request, work, caller, ticket_id)


@pages.post("/tickets/{ticket_id}/draft/text", needs=SEND, body_limit=BODY_LIMIT)
async def use_text(
    request: Request,
    stages: Staged,
    caller: SignedIn,
    ticket_id: UUID,
    typed: TypedForm,
    text: Annotated[UUID | None, Form()] = None,
) -> Page:
    """Put a canned reply, its places filled, below what was typed."""
    async with stages.open(reads=True) as work:
        ticket = await tickets.by_id(work.db, ticket_id)
        chosen = await canned.by_id(work.db, text, caller.person_id) if text else None
    body = added(typed.body, fill(chosen.body, places(ticket, caller))) if chosen else typed.body
    await keep(request, stages, caller, ticket_id, typed.saying(body), None)
    async with stages.open(reads=True) as work:
        return await drawn(request, work, caller, ticket_id)


@pages.post("/tickets/{ticket_id}/draft/preview", needs=SEND, body_limit=BODY_LIMIT)
async def preview(request: Request, stages: Staged, caller: SignedIn, ticket_id: UUID, typed: TypedForm) -> Page:
    """How it will look; kept on the way."""
    await keep(request, stages, caller, ticket_id, typed, None)
    async with stages.open(reads=True) as work:
        ticket = await tickets.by_id(work.db, ticket_id)
        sender = await identity(work.db, typed.send_identity_id) if typed.send_identity_id else None
        words = await composed(work.db, ticket_id, caller, typed, sender.signature if sender else "")
    return Page(PREVIEW, blocks=("preview",), ticket=ticket, typed=typed, words=words, sender=sender)


@pages.post("/tickets/{ticket_id}/draft/discarding", needs=SEND, body_limit=BODY_LIMIT)
async def discard(request: Request, stages: Staged, caller: SignedIn, ticket_id: UUID, typed: TypedForm) -> Page:
    """Put it away, with its last word; the toast offers it back."""
    if await keep(request, stages, caller, ticket_id, typed, None):
        async with stages.open() as work:
            await actions.discard(work, ticket_id, caller.person_id)
    return Page(HINT, goto=f"/tickets/{ticket_id}?was=draft:discarded")


@pages.post("/tickets/{ticket_id}/draft/restoration", needs=SEND)
async def restore(work: Writes, caller: SignedIn, ticket_id: UUID) -> Page:
    """Take it back."""
    await tickets.by_id(work.db, ticket_id)
    await actions.restore(work, ticket_id, caller.person_id)
    return Page(HINT, goto=f"/tickets/{ticket_id}/reply")
