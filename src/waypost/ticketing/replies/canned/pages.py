"""The page of canned replies: everybody's and one's own."""

from typing import Annotated
from uuid import UUID

from fastapi import Form

from waypost.platform.errors import Refusal
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.ticketing.messages.listing import leaf
from waypost.ticketing.outbound.actions import SEND
from waypost.ticketing.replies.canned import actions, queries
from waypost.ticketing.replies.canned.actions import SHARE, Text
from waypost.ticketing.replies.canned.filling import EXAMPLES, fill
from waypost.ticketing.replies.canned.models import CannedReply

pages = Pages()
CANNED = "ticketing/replies/canned/canned.html"
HOME = "/canned-replies"


@pages.get("/canned-replies", needs=SEND)
async def listed(work: Reads, caller: SignedIn, removed: UUID | None = None, at: UUID | None = None) -> Page:
    """They beside an empty form, the leaf on which `at` stands; `removed` offers one back."""
    return await _page(work, caller, removed=removed, at=at)


@pages.get("/canned-replies/new", needs=SEND)
async def blank(work: Reads, caller: SignedIn) -> Page:
    """An empty form, for small screens on a page of its own."""
    return await _page(work, caller, fresh=True)


@pages.get("/canned-replies/{canned_id}", needs=SEND)
async def opened(work: Reads, caller: SignedIn, canned_id: UUID) -> Page:
    """One to change, with an example of how it reads."""
    canned = await queries.by_id(work.db, canned_id, caller.person_id)
    return await _page(work, caller, canned, Text(canned.name, canned.body, canned.owner_id is None))


@pages.post("/canned-replies", needs=SEND)
async def create(
    work: Writes,
    caller: SignedIn,
    name: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    shared: Annotated[bool, Form()] = False,
) -> Page:
    """Keep a new one; what is wrong with it stands beside what was typed."""
    typed = Text(name, body, shared)
    try:
        canned = await actions.create(work, caller.person_id, typed)
    except Refusal as refused:
        return await _page(work, caller, typed=typed, refused=refused)
    return Page(CANNED, goto=f"{HOME}/{canned.id}")


@pages.post("/canned-replies/{canned_id}", needs=SEND)
async def change(
    work: Writes,
    caller: SignedIn,
    canned_id: UUID,
    name: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    shared: Annotated[bool, Form()] = False,
) -> Page:
    """Write one anew."""
    canned, typed = await queries.by_id(work.db, canned_id, caller.person_id), Text(name, body, shared)
    try:
        await actions.change(work, canned, caller.person_id, typed)
    except Refusal as refused:
        return await _page(work, caller, canned, typed, refused)
    return Page(CANNED, goto=f"{HOME}/{canned_id}")


@pages.post("/canned-replies/{canned_id}/removal", needs=SEND)
async def remove(work: Writes, caller: SignedIn, canned_id: UUID) -> Page:
    """Put one away; the toast offers it back."""
    await actions.remove(work, await queries.by_id(work.db, canned_id, caller.person_id))
    return Page(CANNED, goto=f"{HOME}?removed={canned_id}")


@pages.post("/canned-replies/{canned_id}/restoration", needs=SEND)
async def restore(work: Writes, caller: SignedIn, canned_id: UUID) -> Page:
    """Take one back."""
    await actions.restore(work, await queries.by_id(work.db, canned_id, caller.person_id, removed=True))
    return Page(CANNED, goto=f"{HOME}/{canned_id}")


async def _page(
    work: Work,
    caller: Caller,
    canned: CannedReply | None = None,
    typed: Text | None = None,
    refused: Refusal | None = None,
    removed: UUID | None = None,
    *,
    fresh: bool = False,
    at: UUID | None = None,
) -> Page:
    may_share = SHARE in caller.keys
    return Page(
        CANNED,
        status=refused.status if refused else 200,
        leaf=leaf(await queries.of(work.db, caller.person_id), at or (canned.id if canned else None)),
        canned=canned,
        typed=typed or Text("", ""),
        wrong={one["field"]: refused.detail for one in refused.errors} if refused else {},
        refused=refused,
        fresh=fresh,
        example=fill(typed.body, EXAMPLES) if typed else "",
        places=list(EXAMPLES),
        may_share=may_share,
        may_change=canned is None or canned.owner_id is not None or may_share,
        removed=removed,
    )
