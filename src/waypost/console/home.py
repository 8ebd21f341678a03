"""The front door: strangers learn what this is and where to sign in; members see what waits for them."""

from starlette.requests import Request

from waypost.console.waiting import FEW, waiting
from waypost.platform.slots import Slots
from waypost.platform.web.caller import caller_of
from waypost.platform.web.doors import Reads, SignedIn
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.watching.alerts.meanings import MEANINGS

pages = Pages()


@pages.get("/", public=True)
async def front(request: Request) -> Page:
    """200 for strangers; members go to what waits for them."""
    goto = "/home" if await caller_of(request) else None
    return Page("console/home.html", goto=goto)


@pages.get("/home", member=True)
async def home(work: Reads, caller: SignedIn, request: Request) -> Page:
    """One's own tickets, what one wanted to look at again, and, for those who run the house, what is wrong with it.

    Further blocks come through the slot `home`.
    """
    return Page(
        "console/today.html",
        blocks=("today",),
        waits=await waiting(work, caller),
        few=FEW,
        meanings=MEANINGS,
        slots=request.app.state.parts.of(Slots).of("home"),
    )
