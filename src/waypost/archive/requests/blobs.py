"""What a run puts aside between two steps: bytes that are safe before a row names them."""

from collections.abc import Sequence

from waypost.archive.requests.models import ArchiveRequest
from waypost.platform.jobs import Run
from waypost.platform.storage.actions import register
from waypost.platform.storage.blobs import BlobRef, Blobs
from waypost.platform.work import Work

KIND = "archive"


async def put_aside(run: Run, items: Sequence[bytes]) -> list[BlobRef]:
    """Durable on return. Never call it with a work open."""
    return await run.of(Blobs).put_many(run.org, [(KIND, item) for item in items])


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
