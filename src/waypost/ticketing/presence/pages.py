"""Doors of presence: a beat from a page that is being looked at, who else is there, and leaving."""

from typing import Annotated
from uuid import UUID

from fastapi import Form

from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.presence import actions, queries
from waypost.ticketing.presence.models import Doing
from waypost.ticketing.tickets.actions import READ, WRITE
from waypost.ticketing.tickets.queries import by_id

pages = Pages()
PRESENT = "ticketing/presence/present.html"


@pages.get("/tickets/{ticket_id}/presence", needs=READ)
async def present(work: Reads, caller: SignedIn, ticket_id: UUID) -> Page:
    """Who else is at this ticket."""
    await by_id(work.db, ticket_id)
    found = await queries.at(work.db, ticket_id, work.now)
    others = await queries.told(work.db, found, but=caller.person_id)
    return Page(PRESENT, blocks=("present",), ticket_id=ticket_id, others=others)


@pages.post("/tickets/{ticket_id}/presence", needs=READ)
async def beat(
    work: Writes, caller: SignedIn, ticket_id: UUID, doing: Annotated[Doing, Form()] = Doing.READING
) -> Page:
    """I am here; whoever may not write is reading, whatever their page says."""
    await by_id(work.db, ticket_id)
    there = await queries.at(work.db, ticket_id, work.now)
    does = doing if WRITE in caller.keys else Doing.READING
    await actions.beat(work, ticket_id, caller.person_id, does, there)
    others = await queries.told(work.db, there, but=caller.person_id)
    return Page(PRESENT, blocks=("present",), goto=f"/tickets/{ticket_id}", ticket_id=ticket_id, others=others)


@pages.post("/tickets/{ticket_id}/presence/end", needs=READ)
async def leave(work: Writes, caller: SignedIn, ticket_id: UUID) -> Page:
    """I have gone; sent by a page that is being closed."""
    await by_id(work.db, ticket_id)
    await actions.leave(work, ticket_id, caller.person_id)
    return Page(PRESENT, blocks=("present",), goto="/tickets", ticket_id=ticket_id, others=[])
