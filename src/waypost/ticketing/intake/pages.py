"""The quarantine: mails that could not be read, with their bytes, the reason, and the two ways out."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request

from waypost.platform.access import STAFF, permission
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.links import BlobLinks
from waypost.platform.web.doors import Reads, Staged, Writes
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.intake import queries
from waypost.ticketing.intake.rescue import dismiss, make_ticket, original
from waypost.ticketing.intake.unread import HEAD_BYTES
from waypost.ticketing.messages.cursors import cursor, parse_cursor

pages = Pages()
HANDLE = permission("ticketing.quarantine.handle", STAFF)
TEMPLATE = "ticketing/intake/quarantine.html"


@pages.get("/quarantine", needs=HANDLE)
async def quarantine(
    request: Request, work: Reads, settled: bool = False, cursor_: Annotated[str, Query(alias="cursor")] = ""
) -> Page:
    """What waits, newest first."""
    items = await queries.quarantine(work.db, before=parse_cursor(cursor_), settled=settled)
    shown = items[: queries.PAGE]
    links = request.app.state.parts.of(BlobLinks)
    raw = {one.id: links.path(work.org, one.blob_id, f"{one.occurrence_id}.eml", now=work.now) for one in shown}
    more = cursor(shown[-1].created_at, shown[-1].id) if len(items) > queries.PAGE else None
    return Page(TEMPLATE, items=shown, raw=raw, settled=settled, older=more, at_start=not cursor_)


@pages.post("/quarantine/{item_id}/ticket", needs=HANDLE)
async def rescue(request: Request, stages: Staged, item_id: UUID) -> Page:
    """Make a ticket of it anyway: the raw mail hangs on it as a file."""
    async with stages.open(reads=True) as work:
        found = await original(work.db, item_id)
    head = await request.app.state.parts.of(Blobs).read(found.storage_key, 0, HEAD_BYTES)
    async with stages.open() as work:
        await make_ticket(work, item_id, found, head)
    return Page(TEMPLATE, goto="/quarantine")


@pages.post("/quarantine/{item_id}/dismissal", needs=HANDLE)
async def put_away(work: Writes, item_id: UUID) -> Page:
    """No ticket is wanted; the bytes stay."""
    await dismiss(work, item_id)
    return Page(TEMPLATE, goto="/quarantine")
