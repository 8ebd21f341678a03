"""Blobs: bytes addressed by their SHA-256, safe before the row that names them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from waypost.platform.errors import NotFound, Unavailable
from waypost.platform.storage.keys import ATTACHMENT, RAW, BlobRef, ref_of

__all__ = ["ATTACHMENT", "RAW", "BlobGone", "BlobMissing", "BlobRef", "BlobStore", "Blobs", "StoreUnavailable"]


class BlobMissing(NotFound):
    """The stored content is missing."""


class BlobGone(NotFound):
    """This content was removed when its time was over."""

    status: ClassVar[int] = 410


class StoreUnavailable(Unavailable):
    """The store does not answer."""


class BlobStore(Protocol):
    """Where bytes lie: a folder or S3. Refuses with `BlobMissing` and `StoreUnavailable`."""

    async def put(self, items: Sequence[tuple[str, bytes]]) -> None:
        """Store all of (key, bytes); when it returns they survive a power cut. Repeating changes nothing."""
        ...

    async def get(self, keys: Sequence[str]) -> list[bytes]:
        """All bytes of each, in order."""
        ...

    def stream(self, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        """Bytes from `start` up to (not including) `end` in chunks."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove for good; a missing key is no error."""
        ...

    async def look(self) -> str:
        """For /readyz: a short word; refuses with `StoreUnavailable` when nothing could be put now."""
        ...

    async def clear(self, beginning: str) -> int:
        """Remove every key below `beginning` for good, also those that no row names; how many there were."""
        ...

    def direct_link(self, key: str, *, seconds: int, headers: dict[str, str]) -> str | None:
        """An address where a browser may fetch the bytes itself, answering with `headers`; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Blobs:
    """The face of the store. Never call it with a transaction open: it goes outside."""

    store: BlobStore

    async def put_many(self, org: UUID, items: Iterable[tuple[str, bytes]]) -> list[BlobRef]:
        """Store (kind, bytes) of one batch and return their references in the same order; durable on return."""
        items = list(items)
        refs = await asyncio.to_thread(lambda: [ref_of(org, kind, data) for kind, data in items])
        fresh = {ref.storage_key: data for ref, (_, data) in zip(refs, items, strict=True)}
        await self.store.put(list(fresh.items()))
        return refs

    async def read(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """All bytes of a key, or those from `start` up to (not including) `end`."""
        return b"".join([chunk async for chunk in self.store.stream(key, start, end)])

    async def get_many(self, keys: Sequence[str]) -> list[bytes]:
        """All bytes of some keys, in order; for a batch whose size in memory the caller has bounded."""
        return await self.store.get(keys)

    def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The same in chunks, for answers of any size."""
        return self.store.stream(key, start, end)

    async def delete(self, keys: Sequence[str]) -> None:
        """Erase content; the caller has made sure that no row names it any more."""
        await self.store.delete(keys)

    async def look(self) -> str:
        """For /readyz: a short word; refuses when nothing could be put now."""
        return await self.store.look()

    async def clear(self, org: UUID) -> int:
        """Erase everything of an organisation; how many pieces there were. May run twice."""
        return await self.store.clear(f"{org}/")
