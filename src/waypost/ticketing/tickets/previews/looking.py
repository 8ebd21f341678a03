"""Asking a child process for pictures of a PDF, within limits of size, time and memory."""

from datetime import timedelta
from uuid import UUID

from waypost.platform.errors import NotFound
from waypost.platform.jobs.children import ChildFailed, in_child
from waypost.platform.parts import Parts
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.drawing import Drawn, Undrawable, count_pages, draw_page
from waypost.platform.storage.queries import by_id
from waypost.platform.web.doors import Stages
from waypost.ticketing.tickets import queries
from waypost.ticketing.tickets.handing import Handing

PDF = "application/pdf"
LARGEST = 50_000_000
PATIENCE = timedelta(seconds=10)
MEMORY = 768 << 20


class NoPreview(NotFound):
    """This file cannot be shown here; download it instead."""


def is_pdf(content_type: str, size: int) -> bool:
    """Whether it is worth a try."""
    return content_type == PDF and size <= LARGEST


async def pages_of(data: bytes) -> int:
    """How many pages; refuses with `NoPreview`."""
    try:
        return await in_child(count_pages, data, timeout=PATIENCE, memory=MEMORY)
    except (ChildFailed, Undrawable) as failed:
        raise NoPreview from failed


async def page_of(data: bytes, number: int) -> Drawn:
    """One page as a picture; refuses with `NoPreview`."""
    try:
        return await in_child(draw_page, data, number, timeout=PATIENCE, memory=MEMORY)
    except (ChildFailed, Undrawable) as failed:
        raise NoPreview from failed


async def pdf_of(parts: Parts, stages: Stages, ticket_id: UUID, attachment_id: UUID) -> bytes:
    """The bytes of a PDF that hangs on this ticket; refuses other files."""
    async with stages.open(reads=True) as work:
        found = await queries.attachment(work.db, ticket_id, attachment_id, parts.of(Handing))
        if not is_pdf(found.content_type, found.size_bytes):
            raise NoPreview
        blob = await by_id(work.db, found.blob_id)
    return await parts.of(Blobs).read(blob.storage_key)
