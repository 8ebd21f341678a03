"""The log for people: a table with "older", and a walk along the chain on request."""

from waypost.platform.audit import queries
from waypost.platform.audit.access import PAGE, READ
from waypost.platform.places import read, written
from waypost.platform.web.doors import Reads
from waypost.platform.web.pages import Page, Pages

pages = Pages()


@pages.get("/audit", needs=READ)
async def audit_page(work: Reads, cursor: str | None = None, verify: bool = False) -> Page:
    """`?verify=1` also tells whether the chain holds."""
    found = await queries.lines(work.db, limit=PAGE + 1, after=read(cursor))
    older = written(queries.place_of(found[PAGE - 1])) if len(found) > PAGE else None
    verdict = await queries.verify(work.db) if verify else None
    return Page("platform/audit/audit.html", blocks=("log",), lines=found[:PAGE], older=older, verdict=verdict)
