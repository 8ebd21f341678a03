"""Checkpoints in a folder, best one that another machine lends: `CHECKPOINT_FOLDER`.

A marker file tells the folder from the empty mount point that it leaves behind when its share is away.
"""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from waypost.archive.evidence.outside import SUFFIX, OutsideAway, name_of, shelf_of, size_of
from waypost.archive.places.marker import MARKER, FirstStart


@dataclass(frozen=True, slots=True)
class FolderOutside:
    """The folder; without `first` nobody remembers whether it was ever there."""

    folder: Path
    first: FirstStart | None = None

    async def write(self, org: UUID, size: int, note: str) -> None:
        """On the disk before this returns."""
        await asyncio.to_thread(self._write, self.place(org, size), note)

    async def read(self, org: UUID, size: int) -> str:
        """Raises OSError without one."""
        return await asyncio.to_thread(self.place(org, size).read_text, encoding="utf-8")

    async def newest(self, org: UUID) -> str | None:
        """The last by name."""
        return await asyncio.to_thread(self._newest, org)

    async def sizes(self, org: UUID) -> set[int]:
        """Every folder is listed."""
        return await asyncio.to_thread(lambda: set(self._sizes(org)))

    async def lay_aside(self, org: UUID, now: datetime) -> None:
        """The organisation's folder gets another name."""
        home = self.folder / str(org)
        with suppress(FileNotFoundError):
            await asyncio.to_thread(home.rename, home.with_name(f"{home.name}.until-{now:%Y%m%dT%H%M%SZ}"))

    async def look(self) -> str:
        """Whether it is there and may be written."""
        await asyncio.to_thread(self._look)
        return f"folder {self.folder}"

    async def close(self) -> None:
        """Nothing is open."""

    def place(self, org: UUID, size: int) -> Path:
        """Where the note of this size stands."""
        return self.folder / str(org) / shelf_of(size) / name_of(size)

    def _newest(self, org: UUID) -> str | None:
        self._known()
        size = next(self._sizes(org, newest_first=True), None)
        return None if size is None else self.place(org, size).read_text(encoding="utf-8")

    def _write(self, place: Path, note: str) -> None:
        self._known(make=True)
        place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o440), "wb") as file:
            file.write(note.encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            with suppress(FileExistsError):
                os.link(draft, place)
        finally:
            draft.unlink()
        for each in (place.parent, place.parent.parent, self.folder):
            _sync(each)

    def _sizes(self, org: UUID, *, newest_first: bool = False) -> Iterator[int]:
        home = self.folder / str(org)
        for shelf in _sorted(home, "", reverse=newest_first):
            for name in _sorted(home / shelf, SUFFIX, reverse=newest_first):
                if (size := size_of(name)) is not None:
                    yield size

    def _look(self) -> None:
        self._known()
        if not os.access(self.folder if self.folder.exists() else self.folder.parent, os.W_OK):
            raise OutsideAway("the folder of checkpoints cannot be written")

    def _known(self, *, make: bool = False) -> None:
        """Refuses when the folder was there once and is not the same one now."""
        if self.first is None:
            return
        root = str(self.folder)
        if (self.folder / MARKER).exists():
            self.first.remember(root)
        elif self.first.knows(root) or (make and not self.first.begin(root)):
            raise OutsideAway("the folder of checkpoints is not mounted, or has lost its marker")


def _sorted(folder: Path, suffix: str, *, reverse: bool) -> list[str]:
    """Names that are a number and `suffix`; none where there is no folder."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return sorted((n for n in names if n.endswith(suffix) and n.removesuffix(suffix).isdigit()), reverse=reverse)


def _sync(folder: Path) -> None:
    """What was named in a folder is named there after a power cut too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
