"""Saved views for people: kept from the inbox, looked after on a page of their own."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.messages.listing import leaf
from waypost.ticketing.saved_views import actions, queries, terms
from waypost.ticketing.saved_views.actions import READ, WRITE, Edit, Wanted

pages = Pages()
VIEWS = "ticketing/saved_views/views.html"
HERE = "/tickets/saved-views"


@pages.get("/tickets/saved-views", needs=READ)
async def saved_views(work: Reads, caller: SignedIn, at: UUID | None = None) -> Page:
    """What the caller sees: the leaf on which the view `at` stands."""
    views = leaf(await queries.shown_to(work.db, caller.person_id), at)
    return Page(VIEWS, leaf=views, address=terms.at, me_id=caller.person_id, may_write=WRITE in caller.keys)


@pages.post("/tickets/saved-views", needs=WRITE)
async def save(
    request: Request, work: Writes, name: Annotated[str, Form(max_length=1000)] = "", shared: bool = Form(False)
) -> Page:
    """Keep what the inbox shows; the form carries the fields of its address."""
    sent = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    view = await actions.save(work, Wanted.addressed(name, sent, is_shared=shared))
    return Page(VIEWS, goto=terms.at(view.query))


@pages.post("/tickets/saved-views/{view_id}/changes", needs=WRITE)
async def change(
    work: Writes,
    caller: SignedIn,
    view_id: UUID,
    name: Annotated[str | None, Form(max_length=1000)] = None,
    is_shared: Annotated[bool | None, Form()] = None,
    is_default: Annotated[bool | None, Form()] = None,
) -> Page:
    """The twin of PATCH."""
    view = await queries.by_id(work.db, view_id, caller.person_id, for_update=True)
    await actions.change(work, view, Edit(name, is_shared, is_default))
    return Page(VIEWS, goto=f"{HERE}?at={view_id}")


@pages.post("/tickets/saved-views/{view_id}/removal", needs=WRITE)
async def remove(work: Writes, caller: SignedIn, view_id: UUID) -> Page:
    """The twin of DELETE."""
    await actions.remove(work, await queries.by_id(work.db, view_id, caller.person_id, for_update=True))
    return Page(VIEWS, goto=HERE)
