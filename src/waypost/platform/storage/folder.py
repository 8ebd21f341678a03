"""The folder store: temporary name, fsync, rename, fsync of the folder; what was promised survives a power cut."""

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from waypost.platform.storage.blobs import BlobMissing, StoreUnavailable

CHUNK = 262_144
ABANDONED_SECONDS = 86_400
INCOMING = ".incoming"


class FolderStore:
    """Blobs below `root`. Several processes may share it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / INCOMING

    async def put(self, items: Sequence[tuple[str, bytes]]) -> None:
        """One thread, one pass for the batch; files that are there already are kept."""
        try:
            await asyncio.to_thread(self._put, items)
        except OSError as error:
            raise StoreUnavailable(f"The blob folder cannot be written ({error.strerror})") from error

    async def stream(self, key: str, start: int, end: int | None) -> AsyncIterator[bytes]:
        """Read in chunks off the event loop."""
        file = await asyncio.to_thread(self._open, key)
        try:
            file.seek(start)
            left = (1 << 62) if end is None else end - start
            while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK, left))):
                left -= len(chunk)
                yield chunk
        finally:
            file.close()

    async def get(self, keys: Sequence[str]) -> list[bytes]:
        """One thread, one pass for the batch."""
        return await asyncio.to_thread(lambda: [self._read(key) for key in keys])

    async def delete(self, keys: Sequence[str]) -> None:
        """Unlink each."""
        await asyncio.to_thread(self._delete, keys)

    async def look(self) -> str:
        """Whether the folder, or where it will be made, may be written."""
        return await asyncio.to_thread(self._look)

    async def clear(self, beginning: str) -> int:
        """The folder and all that is in it."""
        return await asyncio.to_thread(self._clear, beginning)

    def direct_link(self, key: str, *, seconds: int, headers: dict[str, str]) -> None:
        """A folder has no address of its own."""

    def sweep(self) -> int:
        """Remove what crashed writers left more than a day ago; returns how many."""
        if not self._incoming.is_dir():
            return 0
        limit, swept = time.time() - ABANDONED_SECONDS, 0
        for path in self._incoming.iterdir():
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < limit:
                    path.unlink()
                    swept += 1
        return swept

    def _path(self, key: str) -> Path:
        return self._root / key

    def _open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing from error
        except OSError as error:
            raise StoreUnavailable(f"The blob folder cannot be read ({error.strerror})") from error

    def _read(self, key: str) -> bytes:
        with self._open(key) as file:
            return file.read()

    def _put(self, items: Sequence[tuple[str, bytes]]) -> None:
        """Write all, then sync all, then rename all: the disk's journal then serves a batch at once."""
        _make(self._incoming)
        paths = [(self._path(key), data) for key, data in items]
        fresh = [(path, self._write(data)) for path, data in paths if not _holds(path, data)]
        for _, waiting in fresh:
            _sync(waiting)
        folders = {path.parent for path, _ in paths}
        for folder in folders:
            _make(folder)
        for path, waiting in fresh:
            os.replace(waiting, path)
        for folder in folders:
            _sync(folder)

    def _delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def _look(self) -> str:
        place = next(path for path in (self._root, *self._root.parents) if path.exists())
        if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            raise StoreUnavailable("The blob folder cannot be written")
        return "folder"

    def _clear(self, beginning: str) -> int:
        files = [path for path in self._path(beginning).rglob("*") if path.is_file()]
        shutil.rmtree(self._path(beginning), ignore_errors=not files)
        return len(files)

    def _write(self, data: bytes) -> Path:
        waiting = self._incoming / uuid4().hex
        waiting.write_bytes(data)
        return waiting


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data)
    except FileNotFoundError:
        return False


def _make(folder: Path) -> None:
    """Make a folder so that its own entry is durable too."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
