"""The block beside a conversation that says whether it is kept."""

from uuid import UUID

from waypost.archive.access import ASK, READ
from waypost.bridges.kept_tickets.actions import keep_now
from waypost.bridges.kept_tickets.views import kept
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.tickets import queries as tickets

pages = Pages()
TEMPLATE = "bridges/kept_tickets/kept.html"


@pages.get("/tickets/{ticket_id}/archive", needs=READ)
async def beside(work: Reads, caller: SignedIn, ticket_id: UUID) -> Page:
    """The record, what is under way, and the way to ask for it."""
    found = await kept(work.db, ticket_id)
    return Page(TEMPLATE, blocks=("beside",), kept=found, may_ask=ASK in caller.keys)


@pages.post("/tickets/{ticket_id}/archive", needs=ASK)
async def ask(work: Writes, ticket_id: UUID) -> Page:
    """Archive it now."""
    await keep_now(work, await tickets.by_id(work.db, ticket_id))
    return Page(TEMPLATE, goto=f"/tickets/{ticket_id}")
