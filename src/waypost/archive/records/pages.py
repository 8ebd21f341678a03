"""Pages of the archive: the list beside the record, its proof and its files."""

from uuid import UUID

from starlette.requests import Request

from waypost.archive.access import ASK, HOLD, READ, RELEASE
from waypost.archive.records import queries, reading
from waypost.archive.records.now import verified
from waypost.archive.records.views import View
from waypost.platform.web.caller import Caller
from waypost.platform.web.doors import Reads, SignedIn, Staged
from waypost.platform.web.pages import Page, Pages

pages = Pages()
CATALOGUE, RECORD, SHEET = (f"archive/records/{name}.html" for name in ("catalogue", "record", "sheet"))


@pages.get("/archives", needs=READ)
async def catalogue(request: Request, work: Reads) -> Page:
    """The list alone; the place beside it says what to do."""
    values = await reading.listed(work.db, View.of(request.query_params))
    return Page(CATALOGUE, blocks=("list",), current=None, **values)


@pages.get("/archives/{record_id}", needs=READ)
async def record(request: Request, work: Reads, caller: SignedIn, record_id: UUID, version: int | None = None) -> Page:
    """A record beside the list it was opened from; `?version=` shows an earlier one."""
    values = await reading.listed(work.db, View.of(request.query_params))
    shown = await reading.whole(work.db, record_id, version)
    people = await reading.people_of(work.db, shown.events, shown.check)
    return Page(RECORD, current=record_id, shown=shown, people=people, now=work.now, may=_may(caller), **values)


@pages.get("/archives/{record_id}/verify", needs=READ)
async def verdict(work: Reads, record_id: UUID, version: int | None = None) -> Page:
    """What the last look found; looking again is a button, so that a prefetched page does no work."""
    await queries.by_id(work.db, record_id)
    number = f"?version={version}" if version else ""
    return Page(RECORD, goto=f"/archives/{record_id}{number}#proof")


@pages.post("/archives/{record_id}/verification", needs=ASK)
async def verify_now(request: Request, stages: Staged, record_id: UUID, version: int | None = None) -> Page:
    """Look at it now, and show what was found."""
    await verified(stages, request.app.state.parts, record_id, version)
    number = f"?version={version}" if version else ""
    return Page(RECORD, goto=f"/archives/{record_id}{number}#proof")


@pages.get("/archives/{record_id}/print", needs=READ)
async def sheet(work: Reads, record_id: UUID, version: int | None = None) -> Page:
    """What is known of a record on one sheet of paper."""
    shown = await reading.whole(work.db, record_id, version)
    return Page(SHEET, shown=shown, now=work.now)


def _may(caller: Caller) -> dict[str, bool]:
    """What this person may do on the page."""
    return {"ask": ASK in caller.keys, "hold": HOLD in caller.keys, "release": RELEASE in caller.keys}
