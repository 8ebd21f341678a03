"""The first pages of a kept document, as pictures."""

from uuid import UUID

from starlette.requests import Request

from waypost.archive.access import READ
from waypost.archive.places.shelf import Shelf
from waypost.archive.records import queries
from waypost.archive.records.previews.looking import NoPreview, pages_of, pdf_of
from waypost.platform.storage.drawing import MOST_PAGES
from waypost.platform.web.doors import Staged
from waypost.platform.web.pages import Page, Pages

pages = Pages()
PREVIEW = "archive/records/previews/preview.html"


@pages.get("/archives/{record_id}/files/{file_id}/preview", needs=READ)
async def preview(request: Request, stages: Staged, record_id: UUID, file_id: UUID) -> Page:
    """Up to twenty pages one below the other; a file that cannot be shown says so."""
    async with stages.open(reads=True) as work:
        file, record = await queries.file_by_id(work.db, record_id, file_id), await queries.by_id(work.db, record_id)
    try:
        count = await pages_of(await pdf_of(request.app.state.parts.of(Shelf), stages, record_id, file_id))
    except NoPreview:
        count = 0
    return Page(PREVIEW, blocks=("preview",), record=record, file=file, count=count, most=MOST_PAGES)
