"""A frozen selection for people: what would be done, the act, then its receipt."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query

from waypost.console.operations.access import READ, REPLAY, TYPED_ABOVE
from waypost.console.operations.selections import actions, queries, shapes
from waypost.console.operations.selections.actions import NoSuchSelection, Wish
from waypost.console.operations.selections.models import Act
from waypost.console.operations.selections.pace import RATE
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()

TEMPLATE = "console/operations/selections/selection.html"
Count = Annotated[int | None, Form()]


@pages.post("/ops/jobs/selections", needs=REPLAY)
async def freeze(
    work: Writes,
    fingerprint: Annotated[str, Form(max_length=64)] = "",
    type: Annotated[str, Form(max_length=200)] = "",
) -> Page:
    """Freeze one group of dead letters, or all, and show what that is."""
    return _to((await actions.freeze(work, fingerprint=fingerprint or None, type=type or None)).id)


@pages.get("/ops/jobs/selections/{selection_id}", needs=READ)
async def selection_page(
    work: Reads, caller: SignedIn, selection_id: UUID, after: Annotated[UUID | None, Query()] = None
) -> Page:
    """Before the act the dry run, after it the receipt."""
    selection = await queries.by_id(work.db, selection_id)
    if selection is None:
        raise NoSuchSelection
    lines = await queries.receipt(work.db, selection_id, after=after)
    return Page(
        TEMPLATE,
        blocks=("selection",),
        selection=selection,
        plan=shapes.rehearsed(selection, with_check=False),
        receipt=lines,
        after=after,
        more=lines[-1]["id"] if len(lines) == queries.LINES else None,
        typed=selection.count > TYPED_ABOVE,
        rate=selection.rate or RATE,
        may_replay=REPLAY in caller.keys,
    )


@pages.post("/ops/jobs/selections/{selection_id}/replay", needs=REPLAY)
async def replay(
    work: Writes,
    selection_id: UUID,
    count: Count = None,
    rate: Annotated[int, Form(ge=1, le=60_000)] = RATE,
    with_check: Annotated[bool, Form()] = False,
) -> Page:
    """The page before was the dry run: start it and go back to where its progress is seen."""
    await actions.act_on(work, selection_id, Wish(Act.REPLAY, count, rate, with_check))
    return _to(selection_id)


@pages.post("/ops/jobs/selections/{selection_id}/cancellation", needs=REPLAY)
async def cancel(work: Writes, selection_id: UUID, count: Count = None) -> Page:
    """End all of them for good."""
    await actions.act_on(work, selection_id, Wish(Act.CANCEL, count))
    return _to(selection_id)


@pages.post("/ops/jobs/selections/{selection_id}/again", needs=REPLAY)
async def again(work: Writes, selection_id: UUID) -> Page:
    """Freeze what is still dead of it."""
    return _to((await actions.freeze_again(work, selection_id)).id)


def _to(selection_id: UUID) -> Page:
    return Page(TEMPLATE, goto=f"/ops/jobs/selections/{selection_id}")
