"""Questions about stored bytes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.storage.blobs import BlobMissing
from waypost.platform.storage.models import Blob


async def by_id(db: AsyncSession, blob_id: UUID) -> Blob:
    """The blob; refuses with `BlobMissing`."""
    found = await db.scalar(select(Blob).where(Blob.id == blob_id))
    if found is None:
        raise BlobMissing
    return found


async def by_digests(db: AsyncSession, kind: str, digests: Collection[bytes]) -> dict[bytes, Blob]:
    """Those of `digests` that are stored, by digest."""
    found = await db.scalars(select(Blob).where(Blob.kind == kind, Blob.sha256.in_(digests)))
    return {blob.sha256: blob for blob in found}
