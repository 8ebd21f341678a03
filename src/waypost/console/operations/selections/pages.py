"""A frozen selection for people: what would be replayed, the act, then its receipt."""

from typing import Annotated
from uuid import UUID

from fastapi import Form

from waypost.console.operations.access import READ, REPLAY, TYPED_ABOVE
from waypost.console.operations.selections import actions, queries
from waypost.console.operations.selections.actions import NoSuchSelection
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()


@pages.post("/ops/jobs/selections", needs=REPLAY)
async def freeze(work: Writes, fingerprint: Annotated[str, Form(max_length=64)] = "") -> Page:
    """Freeze one group of dead letters, or all, and show what that is."""
    selection = await actions.freeze(work, fingerprint=fingerprint or None)
    return Page("console/operations/selections/selection.html", goto=f"/ops/jobs/selections/{selection.id}")


@pages.get("/ops/jobs/selections/{selection_id}", needs=READ)
async def selection_page(work: Reads, caller: SignedIn, selection_id: UUID) -> Page:
    """Before the replay the count and a sample, after it the receipt."""
    selection = await queries.by_id(work.db, selection_id)
    if selection is None:
        raise NoSuchSelection
    return Page(
        "console/operations/selections/selection.html",
        blocks=("selection",),
        selection=selection,
        receipt=await queries.receipt(work.db, selection_id),
        typed=selection.count > TYPED_ABOVE,
        may_replay=REPLAY in caller.keys,
    )


@pages.post("/ops/jobs/selections/{selection_id}/replay", needs=REPLAY)
async def replay(work: Writes, selection_id: UUID, count: Annotated[int | None, Form()] = None) -> Page:
    """Start it and go back to where its progress is seen."""
    await actions.replay_selection(work, selection_id, count)
    return Page("console/operations/selections/selection.html", goto=f"/ops/jobs/selections/{selection_id}")
