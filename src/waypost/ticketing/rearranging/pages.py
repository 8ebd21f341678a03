"""Rearranging for people: find the other ticket, look at both side by side, act; every act shows its way back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Query

from waypost.platform.web.doors import Reads, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.platform.work import Work
from waypost.ticketing.rearranging import actions
from waypost.ticketing.rearranging import undo as undoing
from waypost.ticketing.rearranging.models import Rearrangement
from waypost.ticketing.rearranging.preview import beside, candidates, heads
from waypost.ticketing.tickets import queries as tickets
from waypost.ticketing.tickets.actions import WRITE

pages = Pages()
ELSEWHERE, SPLIT = "ticketing/rearranging/elsewhere.html", "ticketing/rearranging/split.html"

Asked = Annotated[str, Query(max_length=200)]


@pages.get("/tickets/{ticket_id}/merge", needs=WRITE)
async def merge_page(work: Reads, ticket_id: UUID, q: Asked = "", other: UUID | None = None) -> Page:
    """Which ticket is it part of?"""
    return await _elsewhere(work, "merge", ticket_id, q, other)


@pages.get("/tickets/{ticket_id}/link", needs=WRITE)
async def link_page(work: Reads, ticket_id: UUID, q: Asked = "", other: UUID | None = None) -> Page:
    """Which ticket should it know of?"""
    return await _elsewhere(work, "link", ticket_id, q, other)


@pages.get("/tickets/{ticket_id}/messages/{message_id}/move", needs=WRITE)
async def move_page(work: Reads, ticket_id: UUID, message_id: UUID, q: Asked = "", other: UUID | None = None) -> Page:
    """Which ticket does the message belong to?"""
    message = await tickets.message(work.db, ticket_id, message_id)
    return await _elsewhere(work, "move", ticket_id, q, other, message=message)


async def _elsewhere(work: Work, act: str, ticket_id: UUID, q: str, other: UUID | None, message: Any = None) -> Page:
    """The search for the other ticket, and both side by side once it is found (six questions)."""
    ticket = await tickets.by_id(work.db, ticket_id)
    return Page(
        ELSEWHERE,
        act=act,
        ticket=ticket,
        message=message,
        q=q,
        found=await candidates(work.db, ticket, q),
        this=await beside(work.db, ticket),
        that=await beside(work.db, await tickets.by_id(work.db, other)) if other and other != ticket_id else None,
    )


@pages.get("/tickets/{ticket_id}/split", needs=WRITE)
async def split_page(work: Reads, ticket_id: UUID, message: UUID | None = None) -> Page:
    """Which messages are a matter of their own? `message` is picked already."""
    ticket = await tickets.by_id(work.db, ticket_id)
    return Page(SPLIT, ticket=ticket, heads=await heads(work.db, ticket_id), picked=message)


@pages.post("/tickets/{ticket_id}/merges", needs=WRITE)
async def merge(work: Writes, ticket_id: UUID, into: Annotated[UUID, Form()]) -> Page:
    """Show the whole."""
    return _shown(await actions.merge(work, ticket_id, into))


@pages.post("/tickets/{ticket_id}/splits", needs=WRITE)
async def split(work: Writes, ticket_id: UUID, message_ids: Annotated[list[UUID] | None, Form()] = None) -> Page:
    """Show the new ticket."""
    return _shown(await actions.split(work, ticket_id, list(dict.fromkeys(message_ids or []))))


@pages.post("/tickets/{ticket_id}/messages/{message_id}/moves", needs=WRITE)
async def move(work: Writes, ticket_id: UUID, message_id: UUID, into: Annotated[UUID, Form()]) -> Page:
    """Show where the message is now."""
    return _shown(await actions.move(work, ticket_id, message_id, into))


@pages.post("/tickets/{ticket_id}/links", needs=WRITE)
async def link(work: Writes, ticket_id: UUID, other_id: Annotated[UUID, Form()]) -> Page:
    """Back to the ticket."""
    made = await actions.link(work, ticket_id, other_id)
    return Page(ELSEWHERE, goto=f"/tickets/{ticket_id}?rearranged={made.id}")


@pages.post("/tickets/{ticket_id}/links/{other_id}/removal", needs=WRITE)
async def unlink(work: Writes, ticket_id: UUID, other_id: UUID) -> Page:
    """The twin of DELETE."""
    made = await actions.unlink(work, ticket_id, other_id)
    return Page(ELSEWHERE, goto=f"/tickets/{ticket_id}?rearranged={made.id}")


@pages.post("/rearrangements/{rearrangement_id}/undo", needs=WRITE)
async def undo(work: Writes, rearrangement_id: UUID) -> Page:
    """Back to the ticket that gave."""
    made = await undoing.undo(work, rearrangement_id)
    return Page(ELSEWHERE, goto=f"/tickets/{made.ticket_id}")


def _shown(made: Rearrangement) -> Page:
    """The ticket that took, with the way back."""
    return Page(ELSEWHERE, goto=f"/tickets/{made.other_id}?rearranged={made.id}")
