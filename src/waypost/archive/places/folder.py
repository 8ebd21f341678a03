"""The folder place: a local disk or a mounted share. Whole files appear under free names, the sidecar last."""

import asyncio
import errno
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from waypost.archive.places import handles
from waypost.archive.places.litter import sweep
from waypost.archive.places.marker import MARKER, FirstStart, make
from waypost.archive.places.refusals import FileMissing, NameTaken, PlaceAbsent, PlaceFull
from waypost.archive.places.staging import put
from waypost.archive.places.troubles import Troubles

Answer = TypeVar("Answer")
CHUNK = 262_144
NO_MARKER = "The storage's marker file is missing: is the share mounted? A new tree gets it by: waypost archive prepare"


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """An archive's tree below `root` (absolute). Several processes and hosts may share it."""

    root: str
    sync: bool = True
    spare: int = 0
    """Bytes that must stay free after a put."""
    needs_marker: bool = True
    troubles: Troubles = field(default_factory=Troubles)
    first: FirstStart = field(default_factory=FirstStart)

    async def prepare(self) -> None:
        """Root and marker, because a person says that this is the place."""
        await self._do(self._prepare)

    async def look(self) -> str:
        """Is it mounted, can it be written, is there room?"""
        free = await self._do(self._free)
        return f"{free // 1_000_000_000} GB free"

    async def put(self, folder: str, files: Sequence[tuple[str, bytes]], *, label: str) -> None:
        """One thread does all of it; see `staging.py` for the order of its steps."""
        await self._do(lambda: self._put(folder, files, label))

    async def keep(self, path: str, content: bytes) -> bytes:
        """The name goes to the first; the others read what it wrote."""
        folder, _, name = path.rpartition("/")
        try:
            await self.put(folder, [(name, content)], label=f"name-{secrets.token_hex(4)}")
        except NameTaken:
            return await self.read(path)
        return content

    async def read(self, path: str) -> bytes:
        """Through no link."""
        return await self._do(lambda: self._read(path), reading=True)

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """In chunks, off the loop."""
        file = await self._do(lambda: self._open(path), reading=True)
        try:
            while chunk := await self._do(lambda: os.read(file, CHUNK)):
                yield chunk
        finally:
            os.close(file)

    async def exists(self, path: str) -> bool:
        """A plain file."""
        try:
            os.close(await self._do(lambda: self._open(path), reading=True))
        except FileMissing:
            return False
        return True

    async def folders(self, path: str) -> list[str]:
        """Hidden ones are ours."""
        try:
            return await self._do(lambda: self._folders(path), reading=True)
        except FileMissing:
            return []

    async def delete(self, paths: Sequence[str]) -> None:
        """Unlink each, and make the folders say so."""
        await self._do(lambda: self._delete(paths))

    async def guard(self, paths: Sequence[str], until: datetime) -> None:
        """A folder locks nothing."""

    async def guarded_until(self, path: str) -> None:
        """A folder locks nothing."""

    async def sweep(self, older_than: datetime) -> int:
        """Staging folders that nobody works in any more."""
        return await self._do(lambda: self._sweep(older_than.timestamp()))

    async def close(self) -> None:
        """Nothing is held open."""

    async def _do(self, act: Callable[[], Answer], *, reading: bool = False) -> Answer:
        with self.troubles.told(reading=reading):
            return await asyncio.to_thread(act)

    def _prepare(self) -> None:
        make(self.root)
        self.first.remember(self.root)

    def _put(self, folder: str, files: Sequence[tuple[str, bytes]], label: str) -> None:
        self._begun()
        with handles.opened(self.root) as root:
            self._check(root, sum(len(content) for _, content in files))
            put(root, handles.parts_of(folder), files, label=label, sync=self.sync)

    def _begun(self) -> None:
        """A root without a marker may be new; else it is away."""
        marker = os.path.join(self.root, MARKER)
        if not self.needs_marker or os.path.lexists(marker):
            return
        if not self.first.begin(self.root) and not os.path.lexists(marker):  # another may have begun it meanwhile
            raise PlaceAbsent(NO_MARKER)

    def _free(self) -> int:
        self._begun()
        with handles.opened(self.root) as root:
            free = self._check(root, 0)
            if os.fstatvfs(root).f_flag & os.ST_RDONLY:
                raise OSError(errno.EROFS, "read-only")
            if not os.access(".", os.W_OK, dir_fd=root):
                raise OSError(errno.EACCES, "not writable")
            return free

    def _check(self, root: int, wanted: int) -> int:
        """The guard before each write: the marker, and room. Gives the bytes that are free."""
        self._sighted(root)
        room = os.fstatvfs(root)
        if (free := room.f_bavail * room.f_frsize) < wanted + self.spare:
            raise PlaceFull("The storage has too little room left: make room on the share")
        return free

    def _open(self, path: str) -> int:
        *steps, name = handles.parts_of(path)
        with handles.opened(self.root) as root:
            self._sighted(root)
            with handles.entered(root, steps) as folder:
                return os.open(name, handles.OLD, dir_fd=folder)

    def _read(self, path: str) -> bytes:
        file = self._open(path)
        try:
            return b"".join(iter(lambda: os.read(file, CHUNK), b""))
        finally:
            os.close(file)

    def _folders(self, path: str) -> list[str]:
        with (
            handles.opened(self.root) as root,
            handles.entered(root, handles.parts_of(path)) as folder,
            os.scandir(folder) as entries,
        ):
            return [one.name for one in entries if one.name[:1] != "." and one.is_dir(follow_symlinks=False)]

    def _delete(self, paths: Sequence[str]) -> None:
        with handles.opened(self.root) as root:
            self._sighted(root)
            for path in paths:
                *steps, name = handles.parts_of(path)
                try:
                    with handles.entered(root, steps) as folder:
                        handles.remove(folder, name)
                        handles.synced(folder, self.sync)
                except FileNotFoundError:
                    continue

    def _sweep(self, older_than: float) -> int:
        with handles.opened(self.root) as root:
            self._sighted(root)
            return sweep(root, older_than)

    def _sighted(self, root: int) -> None:
        """A file that seems to be missing may be a share that is."""
        if self.needs_marker and not handles.stands(root, MARKER):
            raise PlaceAbsent(NO_MARKER)
