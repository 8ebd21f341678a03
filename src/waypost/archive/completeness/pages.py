"""Completeness for people: a strip of days, and what is missing of one."""

from datetime import date

from waypost.archive.access import ASK, READ
from waypost.archive.completeness.actions import ask_for_missing
from waypost.archive.completeness.showing import one_day, overview
from waypost.archive.completeness.standing import standing
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()


@pages.get("/archives/today", needs=READ)
async def today_page(work: Reads) -> Page:
    """How the archive stands now: a block of the home page, and a page by itself."""
    return Page("archive/completeness/today.html", blocks=("today",), now=await standing(work.db))


@pages.get("/archives/completeness", needs=READ)
async def completeness_page(work: Reads) -> Page:
    """Ninety days at a glance."""
    return Page("archive/completeness/completeness.html", blocks=("days",), shown=await overview(work))


@pages.get("/archives/completeness/{day}", needs=READ)
async def day_page(
    work: Reads, caller: SignedIn, day: date, gaps: bool = False, cursor: str | None = None, asked: int | None = None
) -> Page:
    """What became of each case that was closed on a day (UTC); `asked` says how many were asked for."""
    shown = await one_day(work, day, gaps=gaps, cursor=cursor)
    return Page(
        "archive/completeness/day.html",
        blocks=("closings",),
        shown=shown,
        gaps=gaps,
        asked=asked,
        may_ask=ASK in caller.keys,
    )


@pages.post("/archives/completeness/{day}/requests", needs=ASK)
async def ask_for_day(work: Writes, day: date) -> Page:
    """Back to the day, where requests are under way."""
    asked = await ask_for_missing(work, day)
    place = f"/archives/completeness/{day.isoformat()}?gaps=1&asked={asked}"
    return Page("archive/completeness/day.html", goto=place)
