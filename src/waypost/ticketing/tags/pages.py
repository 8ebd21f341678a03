"""The page of the tags, and its forms."""

from typing import Annotated
from uuid import UUID

from fastapi import Form
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.errors import Invalid, Refusal
from waypost.platform.web.doors import Reads, SignedIn, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.messages.listing import leaf
from waypost.ticketing.tags import actions, queries
from waypost.ticketing.tags.actions import READ, STEER
from waypost.ticketing.tags.models import Color

pages = Pages()
HERE, TEMPLATE = "/tags", "ticketing/tags/tags.html"
Line = Annotated[str, Form(max_length=1_000)]


async def _shown(
    db: AsyncSession, *, may_steer: bool, at: UUID | None = None, refusal: Refusal | None = None, typed: str = ""
) -> Page:
    return Page(
        TEMPLATE,
        status=refusal.status if refusal else 200,
        leaf=leaf(await queries.every(db), at),
        may_steer=may_steer,
        refusal=refusal,
        typed=typed,
    )


def _color(text: str) -> Color | None:
    if text and text not in set(Color):
        raise Invalid("color: choose one from the list", errors=[{"field": "color", "msg": "choose one from the list"}])
    return Color(text) if text else None


@pages.get("/tags", needs=READ)
async def tags_page(work: Reads, caller: SignedIn, at: UUID | None = None) -> Page:
    """Tags by their names: the leaf on which the tag `at` stands."""
    return await _shown(work.db, may_steer=STEER in caller.keys, at=at)


@pages.post("/tags", needs=STEER)
async def create(stages: Staged, name: Line = "", color: Line = "") -> Page:
    """Make one; what is wrong stands beside what was typed."""
    try:
        async with stages.open() as work:
            tag = await actions.make(work, name, _color(color))
    except Refusal as refusal:
        async with stages.open(reads=True) as work:
            return await _shown(work.db, may_steer=True, refusal=refusal, typed=name)
    return Page(TEMPLATE, goto=f"{HERE}?at={tag.id}")


@pages.post("/tags/{tag_id}", needs=STEER)
async def change(work: Writes, tag_id: UUID, name: Line = "", color: Line = "") -> Page:
    """Another name or color."""
    await actions.change(work, await queries.by_id(work.db, tag_id, for_update=True), name, _color(color))
    return Page(TEMPLATE, goto=f"{HERE}?at={tag_id}")


@pages.post("/tags/{tag_id}/removal", needs=STEER)
async def remove(work: Writes, tag_id: UUID) -> Page:
    """Away with it, from all tickets too."""
    await actions.remove(work, await queries.by_id(work.db, tag_id, for_update=True))
    return Page(TEMPLATE, goto=HERE)
