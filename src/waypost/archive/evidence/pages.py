"""The log for people: does it still hold, what is signed, what an authority has given its time to."""

from starlette.requests import Request

from waypost.archive.access import ASK, READ
from waypost.archive.evidence import queries
from waypost.archive.evidence.actions import ask_for_walk
from waypost.archive.evidence.keeper import Keeper
from waypost.archive.evidence.standing import COUNTED, SHOWN, growth, standing
from waypost.platform.web.doors import Reads, SignedIn, Writes
from waypost.platform.web.pages import Page, Pages

pages = Pages()


@pages.get("/archives/log", needs=READ)
async def log_page(work: Reads, caller: SignedIn, request: Request, asked: bool = False) -> Page:
    """How the log stands, and its newest entries; `asked` says that a walk was ordered."""
    keeper: Keeper = request.app.state.parts.of(Keeper)
    found = await standing(work, keeper.notary)
    return Page(
        "archive/evidence/log.html",
        blocks=("log",),
        shown=found,
        growth=await growth(work),
        newest=list(reversed(await queries.leaves(work.db, max(found.head.size - SHOWN, 0), SHOWN))),
        counted=COUNTED,
        asked=asked,
        may_ask=ASK in caller.keys,
    )


@pages.post("/archives/log/walks", needs=ASK)
async def walk(work: Writes) -> Page:
    """Back to the log, which says that it is being looked at."""
    ask_for_walk(work)
    return Page("archive/evidence/log.html", goto="/archives/log?asked=1")
