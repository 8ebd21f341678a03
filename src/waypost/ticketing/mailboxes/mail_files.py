"""Mail on disk as people have it: mbox files of every dialect, Maildirs, .eml files, folders of all of them.

Files are walked in the order of their names and read one mail at a time, so a run over the same files always sees the
same mails in the same order, whatever their size.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from waypost.platform.errors import Invalid
from waypost.ticketing.mailboxes.mbox import is_mbox, mbox_mails

HEADER_START = 4096


class NothingThere(Invalid):
    """There is no such file or folder."""


class WhySkipped(StrEnum):
    """Why a file of a folder was not taken for mail; a file that is given directly is always taken."""

    EMPTY = "empty file"
    NO_MAIL = "not a mail"
    UNREADABLE = "cannot be read"


@dataclass(frozen=True, slots=True)
class FoundMail:
    """Raw bytes of one mail. `at` is when its file says that it came: the `From ` line or the time of the file."""

    raw: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that holds no mail."""

    path: Path
    reason: WhySkipped


def walk_mails(sources: Sequence[Path], max_bytes: int) -> Iterator[FoundMail | Skipped]:
    """Every mail of every source, in order, cut one byte beyond `max_bytes`; refuses `NothingThere` at once."""
    for source in sources:
        if not source.exists():
            raise NothingThere(f"There is no {source}")
    for source in sources:
        for path in _files(source):
            try:
                yield from _mails_of(path, max_bytes, named=path == source)
            except OSError:
                yield Skipped(path, WhySkipped.UNREADABLE)


def _files(source: Path) -> Iterator[Path]:
    if not source.is_dir():
        yield source
        return
    for folder, folders, names in os.walk(source):
        folders.sort()
        if {"cur", "new"} <= set(folders) and "tmp" in folders:
            folders.remove("tmp")
        yield from (Path(folder, name) for name in sorted(names))


def _mails_of(path: Path, max_bytes: int, *, named: bool) -> Iterator[FoundMail | Skipped]:
    if is_mbox(path):
        yield from (FoundMail(raw, at or _changed(path)) for raw, at in mbox_mails(path, max_bytes))
        return
    with path.open("rb") as file:
        start = file.read(HEADER_START)
        reason = None if named or path.suffix.lower() == ".eml" else _why_not(path, start)
        if reason is not None:
            yield Skipped(path, reason)
        else:
            yield FoundMail(start + file.read(max_bytes + 1 - len(start)), _changed(path))


def _why_not(path: Path, start: bytes) -> WhySkipped | None:
    """A Maildir's file is a mail by its place; any other must begin like one: with a header line."""
    if path.parent.name in ("cur", "new") and not path.name.startswith("."):
        return None
    if not start.strip():
        return WhySkipped.EMPTY
    name, colon, _ = start.lstrip().partition(b"\n")[0].partition(b":")
    is_header = bool(colon) and 0 < len(name) < 80 and all(0x21 <= byte <= 0x7E for byte in name.rstrip())
    return None if is_header and b"\0" not in start else WhySkipped.NO_MAIL


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
