"""Questions about stored bytes."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.storage.blobs import BlobGone, BlobMissing
from waypost.platform.storage.models import Blob


async def by_id(db: AsyncSession, blob_id: UUID) -> Blob:
    """The blob; refuses with `BlobMissing`, and with `BlobGone` (410, since when) where only its row is left."""
    found = await db.scalar(select(Blob).where(Blob.id == blob_id))
    if found is None:
        raise BlobMissing
    if found.gone_at is not None:
        raise BlobGone(f"This content was removed on {found.gone_at:%Y-%m-%d}, when its time was over.")
    return found


async def by_digests(db: AsyncSession, kind: str, digests: Collection[bytes]) -> dict[bytes, Blob]:
    """Those of `digests` that are stored, by digest."""
    found = await db.scalars(select(Blob).where(Blob.kind == kind, Blob.sha256.in_(digests)))
    return {blob.sha256: blob for blob in found}


async def leaving(db: AsyncSession, limit: int) -> list[UUID]:
    """Blobs whose removal was begun and not brought to its end: whoever did it died."""
    chosen = select(Blob.id).where(Blob.gone_at.is_not(None), Blob.gone_because.is_(None))
    return list(await db.scalars(chosen.order_by(Blob.id).limit(limit)))
