"""The button on the list of offers: match from the catalogue."""

from starlette.requests import Request

from waypost.platform.web.doors import SignedIn, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.sourcing.access import RUN
from waypost.sourcing.notebook.terms import NotebookTerms
from waypost.sourcing.runs.rematching.actions import rematch

pages = Pages()
MANY = 50


@pages.post("/sourcing/offers/rematch", needs=RUN)
async def rematch_now(request: Request, work: Writes, caller: SignedIn) -> Page:
    """Back to the list, which says how many came in."""
    done = await rematch(work, caller.person_id, MANY, request.app.state.parts.of(NotebookTerms))
    return Page("sourcing/notebook/offers.html", goto=f"/sourcing/offers?mode=strict&matched={done.inserted}")
