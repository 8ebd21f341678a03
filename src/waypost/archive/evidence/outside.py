"""Checkpoints outside the database: one small file for each, written once, in a folder for each organisation.

    CHECKPOINT_FOLDER/<organisation>/0000000012/000000123456.checkpoint

The numbers are the log's size (and its ten thousands), so the newest file is the last by name. Whoever rewrites the
database would have to rewrite these as well, and cannot sign them without the root secret. Copy the folder to another
machine, or mount one that only grows.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

SUFFIX = ".checkpoint"
A_SHELF = 10_000
"""Sizes that share one folder."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The folder."""

    folder: Path

    def write(self, org: UUID, size: int, note: str) -> None:
        """Keep a note for good: on the disk before this returns. One of the same size that stands already stays."""
        place = self.place(org, size)
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

    def newest(self, org: UUID) -> str | None:
        """The note of the largest size; None before the first."""
        size = next(self.sizes(org, newest_first=True), None)
        return None if size is None else self.read(org, size)

    def read(self, org: UUID, size: int) -> str:
        """The note of exactly this size; raises OSError without one."""
        return self.place(org, size).read_text(encoding="utf-8")

    def sizes(self, org: UUID, *, newest_first: bool = False) -> Iterator[int]:
        """All sizes that have a note, in order."""
        home = self.folder / str(org)
        for shelf in _numbered(home, "", reverse=newest_first):
            yield from _numbers(home / shelf, SUFFIX, reverse=newest_first)

    def lay_aside(self, org: UUID, why: str) -> None:
        """Rename the organisation's folder; nothing is removed. Without one nothing happens."""
        home = self.folder / str(org)
        with suppress(FileNotFoundError):
            home.rename(home.with_name(f"{home.name}.{why}"))

    def place(self, org: UUID, size: int) -> Path:
        """Where the note of this size stands."""
        return self.folder / str(org) / f"{size // A_SHELF:010}" / f"{size:012}{SUFFIX}"


def _numbers(folder: Path, suffix: str, *, reverse: bool) -> Iterator[int]:
    for name in _numbered(folder, suffix, reverse=reverse):
        yield int(name.removesuffix(suffix))


def _numbered(folder: Path, suffix: str, *, reverse: bool) -> list[str]:
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
