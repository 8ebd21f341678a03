"""The door to one page of a kept document as a picture."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from starlette.requests import Request

from waypost.archive.access import READ
from waypost.archive.places.shelf import Shelf
from waypost.archive.records.previews.looking import page_of, pdf_of
from waypost.platform.storage.drawing import MOST_PAGES
from waypost.platform.storage.serving import SAFE
from waypost.platform.web.doors import Doors, Staged

api = Doors(include_in_schema=False)
KEPT = {"Cache-Control": "private, max-age=3600"}
"""A kept file never changes; an hour, so that an erased one is not seen for long."""


@api.get("/archives/{record_id}/files/{file_id}/pages/{number}", needs=READ)
async def picture(
    request: Request, stages: Staged, record_id: UUID, file_id: UUID, number: Annotated[int, Path(ge=1, le=MOST_PAGES)]
) -> Response:
    """WebP, drawn in a process of its own from bytes whose hash is right."""
    content = await pdf_of(request.app.state.parts.of(Shelf), stages, record_id, file_id)
    drawn = await page_of(content, number)
    return Response(drawn.webp, headers=SAFE | KEPT, media_type="image/webp")
