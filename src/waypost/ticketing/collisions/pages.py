"""Look-alikes for people: groups, candidates side by side, two verdicts, and the way back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Query

from waypost.platform.errors import Refusal
from waypost.platform.identity.queries import names
from waypost.platform.web.doors import Reads, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.collisions import actions, queries
from waypost.ticketing.collisions.actions import HANDLE
from waypost.ticketing.collisions.backfill import fill_all
from waypost.ticketing.collisions.views import side_by_side
from waypost.ticketing.messages.cursors import cursor, parse_cursor

pages = Pages()
HERE, SETTLED = "/collisions", "/collisions/rulings"
LIST, GROUP, RULINGS = (f"ticketing/collisions/{name}.html" for name in ("collisions", "group", "rulings"))
Ids = Annotated[list[UUID], Form(default_factory=list)]
At = Annotated[str, Query(alias="cursor")]


@pages.get("/collisions", needs=HANDLE)
async def collisions_page(work: Reads, cursor_: At = "") -> Page:
    """Groups, the latest active first."""
    rows = await queries.groups(work.db, before=parse_cursor(cursor_))
    shown = rows[: queries.PAGE]
    said = await queries.subjects(work.db, [row.ids[0] for row in shown])
    more = cursor(shown[-1].last_seen_at, shown[-1].group_id) if len(rows) > queries.PAGE else None
    return Page(LIST, groups=shown, said=said, older=more, at_start=not cursor_)


@pages.post("/collisions/backfill", needs=HANDLE)
async def fill(stages: Staged) -> Page:
    """Look for messages that resemble each other and have no group."""
    await fill_all(stages.open)
    return Page(LIST, goto=HERE)


@pages.get("/collisions/rulings", needs=HANDLE)
async def rulings_page(work: Reads, cursor_: At = "") -> Page:
    """What was decided, and the way back."""
    rows = await queries.rulings(work.db, before=parse_cursor(cursor_))
    shown = rows[: queries.PAGE]
    said = await queries.subjects(work.db, [UUID(row.message_ids[0]) for row in shown])
    more = cursor(shown[-1].decided_at, shown[-1].id) if len(rows) > queries.PAGE else None
    people = await names(work.db, {one for row in shown for one in (row.decided_by, row.undone_by) if one})
    subjects = {row.id: said.get(UUID(row.message_ids[0])) for row in shown}
    return Page(RULINGS, rulings=shown, said=subjects, people=people, older=more, at_start=not cursor_)


@pages.get("/collisions/{group_id}", needs=HANDLE)
async def group_page(work: Reads, group_id: UUID) -> Page:
    """Candidates side by side."""
    return Page(GROUP, side=await side_by_side(work.db, group_id), refusal=None)


@pages.post("/collisions/{group_id}/same", needs=HANDLE)
async def same(
    stages: Staged, group_id: UUID, message_ids: Ids, survivor_id: Annotated[UUID | None, Form()] = None
) -> Page:
    """The ticked ones are one message."""
    return await _decided(stages, group_id, lambda work: actions.rule_same(work, group_id, message_ids, survivor_id))


@pages.post("/collisions/{group_id}/different", needs=HANDLE)
async def different(stages: Staged, group_id: UUID, message_ids: Ids) -> Page:
    """The ticked ones have nothing to do with each other."""
    return await _decided(stages, group_id, lambda work: actions.rule_different(work, group_id, message_ids))


async def _decided(stages: Staged, group_id: UUID, act: Any) -> Page:
    """What is wrong stands above the candidates; a group that is gone is refused as such."""
    try:
        async with stages.open() as work:
            await act(work)
    except queries.CollisionNotFound:
        raise
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            side = await side_by_side(work.db, group_id)
        return Page(GROUP, status=refusal.status, side=side, refusal=refusal)
    return Page(GROUP, goto=SETTLED)


@pages.post("/collisions/rulings/{ruling_id}/undo", needs=HANDLE)
async def take_back(work: Writes, ruling_id: UUID) -> Page:
    """Everything as it was before."""
    await actions.undo(work, await queries.ruling(work.db, ruling_id))
    return Page(RULINGS, goto=SETTLED)
