"""The port to a kind of storage: bytes under POSIX paths below a root. A folder and an S3 bucket implement it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol


class Place(Protocol):
    """Refuses with the classes of `refusals.py` and nothing else. Nothing that stands is ever written over."""

    @property
    def root(self) -> str:
        """What absolute paths begin with."""
        ...

    async def prepare(self) -> None:
        """Make the root and its marker, because a person says that this is the place."""
        ...

    async def look(self) -> str:
        """A short word for operators; refuses when files could not be put now."""
        ...

    async def put(self, folder: str, files: Sequence[tuple[str, bytes]], *, label: str) -> None:
        """Files by their names below `folder`, the last of them only when all others stand for good and were read back.

        Repeating it with equal bytes changes nothing; refuses with `NameTaken` when other bytes stand there. `label`
        names the put: a second one of the same label is its repetition.
        """
        ...

    async def keep(self, path: str, content: bytes) -> bytes:
        """Put it there unless something is there already; gives what stands."""
        ...

    async def read(self, path: str) -> bytes:
        """All bytes; refuses with `FileMissing`."""
        ...

    def stream(self, path: str) -> AsyncIterator[bytes]:
        """The same in chunks."""
        ...

    async def exists(self, path: str) -> bool:
        """Whether a file stands there."""
        ...

    async def folders(self, path: str) -> list[str]:
        """Names of the folders directly below `path`; none when it does not exist."""
        ...

    async def delete(self, paths: Sequence[str]) -> None:
        """For good, every version that the storage keeps; what is gone already is no error. Refuses with `Guarded`."""
        ...

    async def guard(self, paths: Sequence[str], until: datetime) -> datetime | None:
        """Lock against deletion where that can be done; gives until when, None where it cannot."""
        ...

    async def guarded_until(self, path: str) -> datetime | None:
        """Until when a lock forbids deleting it."""
        ...

    async def sweep(self, older_than: datetime) -> int:
        """Remove what died writers left behind; gives how many."""
        ...

    async def close(self) -> None:
        """Give back what is open."""
        ...
