"""The bytes of a finished export, one piece after another."""

from collections.abc import AsyncIterator
from uuid import UUID

from starlette.responses import StreamingResponse

from waypost.archive.records.exports import queries
from waypost.archive.records.exports.models import State
from waypost.platform.errors import Conflict
from waypost.platform.storage.blobs import Blobs
from waypost.platform.storage.serving import SAFE, disposition
from waypost.platform.work import Work


class ExportNotReady(Conflict):
    """This export is not ready, or its time is over."""


async def answer(work: Work, blobs: Blobs, export_id: UUID) -> StreamingResponse:
    """The whole ZIP; its length is known. Refuses `ExportNotReady`."""
    export = await queries.by_id(work.db, export_id)
    if export.state != State.READY:
        raise ExportNotReady
    keys = [key for key, _size in await queries.pieces(work.db, export_id)]
    headers = {
        "Content-Disposition": disposition("attachment", f"archive-{export.made_at:%Y-%m-%d}.zip"),
        "Content-Length": str(export.size_bytes),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(_joined(blobs, keys), headers=SAFE | headers, media_type="application/zip")


async def _joined(blobs: Blobs, keys: list[str]) -> AsyncIterator[bytes]:
    for key in keys:
        async for chunk in blobs.stream(key):
            yield chunk
