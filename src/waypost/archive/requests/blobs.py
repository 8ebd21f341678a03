"""What a run puts aside between two steps: bytes that are safe before a row names them.

Their keys are written down before they are put, so that what a run that died left behind can be found and deleted.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete

from waypost.archive.requests.forgetting.models import PutAside
from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.ids import new_id
from waypost.platform.jobs import Run
from waypost.platform.rows import among, insert_unless_there
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import BlobRef, Blobs
from waypost.platform.storage.keys import ref_of
from waypost.platform.work import Work

KIND = "archive"


async def put_aside(run: Run, request_id: UUID, items: Sequence[bytes]) -> list[BlobRef]:
    """Durable on return, and known as the request's. Never call it with a work open."""
    refs = await asyncio.to_thread(lambda: [ref_of(run.org, KIND, item) for item in items])
    async with run.work() as work:
        await note_aside(work, request_id, [ref.storage_key for ref in refs])
    return await run.of(Blobs).put_many(run.org, [(KIND, item) for item in items])


async def note_aside(work: Work, request_id: UUID, keys: Sequence[str]) -> None:
    """These keys are a request's, whatever becomes of it."""
    rows = [
        {"id": new_id(), "request_id": request_id, "storage_key": key, "put_at": work.now} for key in sorted({*keys})
    ]
    await insert_unless_there(work.db, PutAside, rows)


async def take_up(work: Work, request_ids: Sequence[UUID], keys: Sequence[str]) -> None:
    """A record names these by now."""
    mine = (among(PutAside.request_id, list(request_ids)), among(PutAside.storage_key, list(keys)))
    await work.db.execute(delete(PutAside).where(*mine))


async def name(work: Work, refs: Sequence[BlobRef]) -> None:
    """Rows for them, in the work that refers to them."""
    await register(work, refs)


async def fetch(run: Run, key: str) -> bytes:
    """All bytes of one."""
    return await run.of(Blobs).read(key)


async def fetch_files(run: Run, request: ArchiveRequest) -> dict[str, bytes]:
    """The bytes of the case's files by SHA-256."""
    keys = list(request.blobs.values())
    found = await run.of(Blobs).get_many(keys)
    return dict(zip(request.blobs, found, strict=True))
