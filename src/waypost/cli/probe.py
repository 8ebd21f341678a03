"""Writing, reading and deleting a probe where blobs lie; a look at where checkpoints are kept outside."""

import asyncio
from secrets import token_bytes
from uuid import UUID

from waypost.archive.evidence.opening import open_outside
from waypost.cli.findings import Finding, Verdict, well
from waypost.platform.storage.keys import ref_of
from waypost.platform.storage.opening import open_blobs
from waypost.settings import Settings

PROBE, NOBODY = "probe", UUID(int=0)
"""Always the same place, so that nothing heaps up."""


def storage(settings: Settings) -> Finding:
    """The store takes bytes, gives the same ones back and lets them go."""
    return asyncio.run(_storage(settings))


async def _storage(settings: Settings) -> Finding:
    blobs, data = open_blobs(settings.storage, settings.data), token_bytes(1024)
    key = ref_of(NOBODY, PROBE, data).storage_key
    await blobs.put_many(NOBODY, [(PROBE, data)])
    try:
        is_same = await blobs.read(key) == data
    finally:
        await blobs.delete([key])
    where = f"{settings.storage.blob_store} store"
    if is_same:
        return well("storage", f"{where}: written, read, deleted")
    return Finding("storage", Verdict.WRONG, (f"{where}: a probe came back changed",))


def checkpoints(settings: Settings) -> Finding:
    """The place outside the database is there, so that new checkpoints can be signed."""
    return asyncio.run(_checkpoints(settings))


async def _checkpoints(settings: Settings) -> Finding:
    outside = open_outside(settings.evidence, settings.places, settings.storage, settings.data)
    try:
        return well("checkpoints", await outside.look())
    except OSError as away:
        return Finding("checkpoints", Verdict.WRONG, (f"kept outside, and that is away: {away}",))
    finally:
        await outside.close()
