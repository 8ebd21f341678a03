"""Saved searches for people: kept from the list, looked after on a page of their own."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from starlette.requests import Request

from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import READ, RUN
from waypost.sourcing.notebook.searches import actions, queries
from waypost.sourcing.notebook.views import View

pages = Pages()
SEARCHES, HERE = "sourcing/notebook/searches/searches.html", "/sourcing/searches"


@pages.get(HERE, needs=READ)
async def searches(work: Reads, caller: SignedIn) -> Page:
    """All of one's own."""
    kept = await queries.of_person(work.db, caller.person_id)
    views = [(one, View.of(one.query)) for one in kept]
    return Page(SEARCHES, searches=views, may_write=RUN in caller.keys)


@pages.post(HERE, needs=RUN)
async def save(request: Request, work: Writes, name: Annotated[str, Form(max_length=1_000)] = "") -> Page:
    """Keep what the list shows; the form carries the fields of its address."""
    sent = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    view = View.of(sent)
    view.filters()
    await actions.save(work, name, view.kept())
    return Page(SEARCHES, goto=view.but().address())


@pages.post(f"{HERE}/{{search_id}}/default", needs=RUN)
async def set_default(work: Writes, caller: SignedIn, search_id: UUID, on: Annotated[bool, Form()] = False) -> Page:
    """What the list opens with, or no longer."""
    await actions.make_default(work, await queries.by_id(work.db, search_id, caller.person_id), on=on)
    return Page(SEARCHES, goto=HERE)


@pages.post(f"{HERE}/{{search_id}}/removal", needs=RUN)
async def remove(work: Writes, caller: SignedIn, search_id: UUID) -> Page:
    """Let it go."""
    await actions.remove(work, await queries.by_id(work.db, search_id, caller.person_id))
    return Page(SEARCHES, goto=HERE)
