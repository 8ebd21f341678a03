"""Handing a kept file out: in chunks, hashed on the way, and never whole when it is not what was kept."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from waypost.archive.records.models import KeptFile
from waypost.platform.errors import NotFound
from waypost.platform.observe.logs import line

_log = line("waypost.archive")


class FileGone(NotFound):
    """This file was erased, or was never put in place."""


class NotAsKept(RuntimeError):
    """The bytes are not those that were kept: the answer is broken off before its last chunk."""


Tell = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Checked:
    """Chunks of one file; the last one is held back until the hash of all is known to be right."""

    chunks: AsyncIterator[bytes]
    sha256: str
    differs: Tell
    """Called when they are not right."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        running, held = hashlib.sha256(), b""
        async for chunk in self.chunks:
            running.update(chunk)
            if held:
                yield held
            held = chunk
        if running.hexdigest() != self.sha256:
            _log.error("archive.file_differs", sha256=self.sha256)
            await self.differs()
            raise NotAsKept
        yield held


async def begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks, the first one read already: a file that is missing refuses before the answer begins."""
    first = await anext(chunks, b"")

    async def all_of_them() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return all_of_them()


def name_of(file: KeptFile) -> str:
    """What a browser saves it as."""
    return (file.label or file.name).rpartition("/")[2] or file.role


def type_of(file: KeptFile) -> str:
    """As the answer says: only what we wrote ourselves has a type."""
    return {"pdf": "application/pdf", "sidecar": "application/json"}.get(file.role, "application/octet-stream")
