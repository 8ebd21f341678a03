"""The form that narrows the list, on demand: a page of its own without scripts, a block beside the list with them."""

from starlette.requests import Request

from waypost.platform.identity.queries import members
from waypost.platform.web.doors import Reads, SignedIn
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.queues import queries as queues
from waypost.ticketing.tags import queries as tags
from waypost.ticketing.tickets.actions import READ, WRITE
from waypost.ticketing.tickets.views import View

pages = Pages()


@pages.get("/tickets/filter", needs=READ)
async def narrow(request: Request, work: Reads, caller: SignedIn) -> Page:
    """Status, assignee, queue, priority, requester, tag, days of activity; what was chosen can be kept as a view."""
    people = [(str(one.id), one.name) for one in await members(work.db)]
    waiting = [(str(one.id), one.name) for one in await queues.every(work.db)]
    return Page(
        "ticketing/tickets/filtering/filter.html",
        blocks=("form",),
        view=View.of(request).at(),
        people=people,
        queues=waiting,
        tags=[(str(one.id), one.name) for one in await tags.every(work.db)],
        may_write=WRITE in caller.keys,
    )
