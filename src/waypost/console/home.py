"""The front door: strangers learn what this is and where to sign in; members go to their work."""

from starlette.requests import Request

from waypost.platform.web.caller import caller_of
from waypost.platform.web.pages import Page, Pages

pages = Pages()


@pages.get("/", public=True)
async def front(request: Request) -> Page:
    """200 for strangers, the inbox for members."""
    goto = "/tickets" if await caller_of(request) else None
    return Page("console/home.html", goto=goto)
