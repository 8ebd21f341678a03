"""The page of the queues, and its forms."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.access import STAFF
from waypost.platform.errors import Refusal
from waypost.platform.identity.queries import members, names
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.messages.listing import leaf
from waypost.ticketing.queues import actions, queries
from waypost.ticketing.queues.actions import READ, STEER

pages = Pages()
HERE, TEMPLATE = "/queues", "ticketing/queues/queues.html"
SHOWN = 25
"""On one leaf: each is drawn with its people, and with all colleagues to choose from."""
Line = Annotated[str, Form(max_length=1_000)]


async def _shown(
    db: AsyncSession, *, may_steer: bool, at: UUID | None = None, refusal: Refusal | None = None, typed: str = ""
) -> Page:
    shown = leaf(await queries.in_order(db), at, SHOWN)
    lines = await queries.lines(db, shown.rows)
    return Page(
        TEMPLATE,
        status=refusal.status if refusal else 200,
        leaf=shown,
        lines=lines,
        people=await names(db, {one for line in lines for one in line.people}),
        colleagues=[(str(one.id), one.name) for one in await members(db, acting=STAFF)],
        may_steer=may_steer,
        refusal=refusal,
        typed=typed,
    )


@pages.get("/queues", needs=READ)
async def queues_page(work: Reads, caller: SignedIn, at: UUID | None = None) -> Page:
    """Queues with their people: the leaf on which the queue `at` stands."""
    return await _shown(work.db, may_steer=STEER in caller.keys, at=at)


@pages.post("/queues", needs=STEER)
async def create(stages: Staged, name: Line = "") -> Page:
    """Open one; what is wrong stands beside what was typed."""
    try:
        async with stages.open() as work:
            queue = await actions.open_queue(work, name)
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _shown(work.db, may_steer=True, refusal=refusal, typed=name)
    return Page(TEMPLATE, goto=_at(queue.id))


def _at(queue_id: UUID) -> str:
    return f"{HERE}?at={queue_id}"


@pages.post("/queues/{queue_id}/name", needs=STEER)
async def rename(work: Writes, queue_id: UUID, name: Line = "") -> Page:
    """Another name; the slug stays, because programs know it."""
    await actions.rename(work, await queries.by_id(work.db, queue_id, for_update=True), name)
    return Page(TEMPLATE, goto=_at(queue_id))


@pages.post("/queues/{queue_id}/archival", needs=STEER)
async def archive(work: Writes, queue_id: UUID) -> Page:
    """Give it nothing new."""
    await actions.archive(work, await queries.by_id(work.db, queue_id, for_update=True))
    return Page(TEMPLATE, goto=_at(queue_id))


@pages.post("/queues/{queue_id}/restoration", needs=STEER)
async def restore(work: Writes, queue_id: UUID) -> Page:
    """Use it again."""
    await actions.restore(work, await queries.by_id(work.db, queue_id, for_update=True))
    return Page(TEMPLATE, goto=_at(queue_id))


@pages.post("/queues/{queue_id}/members", needs=STEER)
async def add(work: Writes, queue_id: UUID, user_id: Annotated[UUID, Form()]) -> Page:
    """A colleague looks after it."""
    await actions.join(work, await queries.by_id(work.db, queue_id, for_update=True), user_id)
    return Page(TEMPLATE, goto=_at(queue_id))


@pages.post("/queues/{queue_id}/members/{user_id}/removal", needs=STEER)
async def remove(work: Writes, queue_id: UUID, user_id: UUID) -> Page:
    """A colleague no longer does."""
    await actions.leave(work, await queries.by_id(work.db, queue_id, for_update=True), user_id)
    return Page(TEMPLATE, goto=_at(queue_id))
