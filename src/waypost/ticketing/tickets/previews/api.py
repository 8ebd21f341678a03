"""The door to one page of a PDF as a picture."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response
from starlette.requests import Request

from waypost.platform.storage.drawing import MOST_PAGES
from waypost.platform.storage.serving import SAFE
from waypost.platform.web.doors import Doors, Staged
from waypost.ticketing.tickets.actions import READ
from waypost.ticketing.tickets.previews.looking import page_of, pdf_of

api = Doors(include_in_schema=False)
KEPT = {"Cache-Control": "private, max-age=86400"}
"""What hangs on a mail never changes, so its picture may stay with the browser for a day."""


@api.get("/tickets/{ticket_id}/attachments/{attachment_id}/pages/{number}", needs=READ)
async def picture(
    request: Request,
    stages: Staged,
    ticket_id: UUID,
    attachment_id: UUID,
    number: Annotated[int, Path(ge=1, le=MOST_PAGES)],
) -> Response:
    """WebP, made for this request in a process of its own."""
    data = await pdf_of(request.app.state.parts, stages, ticket_id, attachment_id)
    drawn = await page_of(data, number)
    return Response(drawn.webp, headers=SAFE | KEPT, media_type="image/webp")
