"""The verbs: name bytes that are already safe, and let bytes go whose time is over."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from waypost.platform.errors import Unavailable
from waypost.platform.ids import new_id
from waypost.platform.rows import among, insert_unless_there
from waypost.platform.storage.blobs import BlobRef
from waypost.platform.storage.models import Blob
from waypost.platform.work import Work

LEAVING = timedelta(minutes=15)
"""How long after its mark the deletion of a blob may still be under way: no job lives longer."""


class BeingRemoved(Unavailable):
    """The same content is being removed right now; it can come again in a quarter of an hour."""


async def register(work: Work, refs: Sequence[BlobRef]) -> list[UUID]:
    """Rows for stored bytes, new or known, in two statements whatever the number; ids in the order of `refs`."""
    if not refs:
        return []
    rows = {(ref.kind, ref.sha256): _row(work, ref) for ref in sorted(refs, key=lambda ref: (ref.kind, ref.sha256))}
    await insert_unless_there(work.db, Blob, list(rows.values()))
    kinds, digests = {kind for kind, _ in rows}, {digest for _, digest in rows}
    columns = (Blob.kind, Blob.sha256, Blob.id, Blob.gone_at)
    wanted = select(*columns).where(among(Blob.kind, kinds), among(Blob.sha256, digests))
    found = (await work.db.execute(wanted)).all()
    ids = {(row.kind, row.sha256): row.id for row in found}
    if back := [row.id for row in found if row.gone_at and (row.kind, row.sha256) in rows]:
        await _come_back(work, back)
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


async def _come_back(work: Work, blob_ids: Collection[UUID]) -> None:
    """Bytes that went once were put again. Refuses with `BeingRemoved` while they may still be deleted under us."""
    theirs = among(Blob.id, list(blob_ids))
    chosen = select(Blob.gone_at).where(theirs, Blob.gone_at.is_not(None)).order_by(Blob.id).with_for_update()
    if any(at and at > work.now - LEAVING for at in await work.db.scalars(chosen)):
        raise BeingRemoved(retry_after=LEAVING)
    await work.db.execute(update(Blob).where(theirs).values(gone_at=None, gone_because=None))


async def begin_leaving(work: Work, blob_ids: Collection[UUID]) -> dict[UUID, str]:
    """From here nobody is given these bytes. What is to be deleted once this stands, id to key; then comes `left`."""
    chosen = among(Blob.id, sorted(blob_ids)) & Blob.gone_because.is_(None)
    marked = update(Blob).where(chosen).values(gone_at=work.now).returning(Blob.id, Blob.storage_key)
    rows = await work.db.execute(marked, execution_options={"synchronize_session": False})
    return {blob_id: key for blob_id, key in rows}


async def left(work: Work, blob_ids: Collection[UUID], because: str) -> None:
    """These bytes are deleted; rows, hashes and sizes stay and say why."""
    chosen = among(Blob.id, sorted(blob_ids)) & Blob.gone_at.is_not(None)
    said = update(Blob).where(chosen).values(gone_because=because)
    await work.db.execute(said, execution_options={"synchronize_session": False})
