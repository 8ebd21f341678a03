"""Many offers for people: what was chosen, the act, its progress, its receipt, its undo."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Form
from starlette.requests import Request

from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import RUN
from waypost.sourcing.notebook.choosing import actions, queries
from waypost.sourcing.notebook.choosing.models import OfferSelection, State
from waypost.sourcing.notebook.models import Status
from waypost.sourcing.notebook.views import HERE as OFFERS
from waypost.sourcing.notebook.views import View

pages = Pages()
PAGE, HERE = "sourcing/notebook/choosing/selection.html", f"{OFFERS}/selections"
LINES = 50


async def _mine(work: Writes, caller: SignedIn, choice_id: UUID) -> OfferSelection:
    return await queries.by_id(work.db, choice_id, caller.person_id, for_update=True)


Mine = Annotated[OfferSelection, Depends(_mine)]
"""The caller's selection of the address, held; refused (404) before a form is looked at."""


@pages.post(HERE, needs=RUN)
async def choose(
    request: Request,
    work: Writes,
    ids: Annotated[list[UUID] | None, Form()] = None,
    all: Annotated[bool, Form()] = False,
    act: Annotated[str, Form(max_length=40)] = "",
) -> Page:
    """Freeze what was picked, or all that the list shows; a few picked by hand get `act` (a status) at once."""
    sent = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    view = View.of({**sent, "status": sent.get("wanted", "")}).but()
    if all:
        selection = await actions.freeze_all(work, view.filters(), view.query())
    else:
        selection = await actions.freeze(work, ids or [], view.query())
    if act in set(Status) and not all and selection.count <= actions.TYPED_ABOVE:
        await actions.ask(work, selection, Status(act))
    return Page(PAGE, goto=f"{HERE}/{selection.id}")


@pages.get(f"{HERE}/{{choice_id}}", needs=RUN)
async def one(work: Reads, caller: SignedIn, choice_id: UUID, after: int = -1) -> Page:
    """Before the act its lines and the choice; then progress; at last the receipt."""
    selection = await queries.by_id(work.db, choice_id, caller.person_id)
    rows = await queries.receipt(work.db, choice_id, after=after, limit=LINES + 1)
    return Page(
        PAGE,
        blocks=("selection",),
        selection=selection,
        expired=selection.state == State.FROZEN and selection.expires_at < work.now,
        typed=selection.count > actions.TYPED_ABOVE,
        results=await queries.results(work.db, choice_id),
        receipt=rows[:LINES],
        following=rows[LINES - 1].ordinal if len(rows) > LINES else None,
    )


@pages.post(f"{HERE}/{{choice_id}}/acts", needs=RUN)
async def act_on(
    work: Writes,
    selection: Mine,
    choice_id: UUID,
    status: Annotated[Status, Form()],
    count: Annotated[int | None, Form()] = None,
) -> Page:
    """One status for all of them."""
    await actions.ask(work, selection, status, count)
    return Page(PAGE, goto=f"{HERE}/{choice_id}")


@pages.post(f"{HERE}/{{choice_id}}/undo", needs=RUN)
async def undo(work: Writes, selection: Mine, choice_id: UUID) -> Page:
    """Have all of it taken back."""
    await actions.ask_back(work, selection)
    return Page(PAGE, goto=f"{HERE}/{choice_id}")
