"""A file of a ticket at a glance: pages of a PDF, or a picture."""

from uuid import UUID

from starlette.requests import Request

from waypost.platform.parts import Parts
from waypost.platform.storage.drawing import MOST_PAGES
from waypost.platform.storage.links import BlobLinks, Manner
from waypost.platform.web.doors import Staged, Stages
from waypost.platform.web.pages import Page, Pages
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.actions import READ
from waypost.ticketing.tickets.handing import Handing
from waypost.ticketing.tickets.previews.looking import NoPreview, pages_of, pdf_of
from waypost.ticketing.tickets.showing import is_picture

pages = Pages()
PREVIEW = "ticketing/tickets/previews/preview.html"


@pages.get("/tickets/{ticket_id}/attachments/{attachment_id}/preview", needs=READ)
async def preview(request: Request, stages: Staged, ticket_id: UUID, attachment_id: UUID) -> Page:
    """A page of its own without scripts, a block below the message with them."""
    parts: Parts = request.app.state.parts
    async with stages.open(reads=True) as work:
        file = await queries.attachment(work.db, ticket_id, attachment_id, parts.of(Handing))
        picture = parts.of(BlobLinks).path(work.org, file.blob_id, file.filename, now=work.now, manner=Manner.INLINE)
    return Page(
        PREVIEW,
        blocks=("preview",),
        ticket_id=ticket_id,
        file=file,
        picture=picture if is_picture(file) else None,
        count=0 if is_picture(file) else await _count(parts, stages, ticket_id, attachment_id),
        most=MOST_PAGES,
    )


async def _count(parts: Parts, stages: Stages, ticket_id: UUID, attachment_id: UUID) -> int:
    try:
        return await pages_of(await pdf_of(parts, stages, ticket_id, attachment_id))
    except NoPreview:
        return 0
