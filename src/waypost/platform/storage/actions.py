"""The verb: name bytes that are already safe."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from waypost.platform.ids import new_id
from waypost.platform.rows import among, insert_unless_there
from waypost.platform.storage.blobs import BlobRef
from waypost.platform.storage.models import Blob
from waypost.platform.work import Work


async def register(work: Work, refs: Sequence[BlobRef]) -> list[UUID]:
    """Rows for stored bytes, new or known, in two statements whatever the number; ids in the order of `refs`."""
    if not refs:
        return []
    rows = {(ref.kind, ref.sha256): _row(work, ref) for ref in sorted(refs, key=lambda ref: (ref.kind, ref.sha256))}
    await insert_unless_there(work.db, Blob, list(rows.values()))
    kinds, digests = {kind for kind, _ in rows}, {digest for _, digest in rows}
    wanted = select(Blob.kind, Blob.sha256, Blob.id).where(among(Blob.kind, kinds), among(Blob.sha256, digests))
    ids = {(kind, digest): blob_id for kind, digest, blob_id in await work.db.execute(wanted)}
    return [ids[ref.kind, ref.sha256] for ref in refs]


def _row(work: Work, ref: BlobRef) -> dict[str, object]:
    """Rows go in sorted by content: two works with the same blobs wait for each other instead of deadlocking."""
    return {
        "id": new_id(),
        "kind": ref.kind,
        "sha256": ref.sha256,
        "size_bytes": ref.size,
        "storage_key": ref.storage_key,
        "content_type": ref.content_type,
        "created_at": work.now,
    }
