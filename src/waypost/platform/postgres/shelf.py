"""A copy of the programs for an account that cannot reach the original, such as a virtual environment below /root.

Opening the parent folders would be simpler and would open everything else in them to everybody.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from waypost.platform.postgres.account import Account
from waypost.platform.postgres.binaries import Binaries
from waypost.platform.postgres.refusal import PostgresRefused

SHELVES = (Path("/var/cache/waypost"), Path(tempfile.gettempdir(), "waypost-postgresql"))
NEEDED = ("bin", "lib", "share")
NEEDLESS = shutil.ignore_patterns("pgxs", "pkgconfig", "doc", "man", "*.a")


def reachable(binaries: Binaries, account: Account, shelves: tuple[Path, ...] = SHELVES) -> Binaries:
    """The same programs where `account` can run them; a copy (31 MB, 0.2 s) is made once per version.

    Refused: no shelf is writable for us, runnable for the account and safe from others.
    """
    if account.can_run(binaries.tool("postgres")):
        return binaries
    for copy in _copies(binaries, shelves):
        if account.can_run(copy.tool("postgres")):
            return copy
    raise PostgresRefused(
        f"The server runs as {account.name}, which cannot reach {binaries.folder}, and no copy could be put into"
        f" {' or '.join(map(str, shelves))}; install Waypost outside of private folders."
    )


def _copies(binaries: Binaries, shelves: tuple[Path, ...]) -> Iterator[Binaries]:
    for shelf in shelves:
        place = shelf / _key(binaries)
        if _is_ours(shelf) and (place.is_dir() or _copy(binaries.folder.parent, place)):
            yield replace(binaries, folder=place / _nesting(binaries.folder.parent) / "bin")


def _key(binaries: Binaries) -> str:
    """Version and a mark of this very build, so that an update never runs an old copy."""
    program = binaries.tool("postgres").stat()
    mark = f"{binaries.folder}:{program.st_size}:{program.st_mtime_ns}"
    return f"{binaries.version}-{hashlib.sha256(mark.encode(errors='surrogateescape')).hexdigest()[:12]}"


def _is_ours(shelf: Path) -> bool:
    """Root will run what lies here, so only root may write here; a planted folder or link is passed over."""
    try:
        if not shelf.exists():
            shelf.mkdir(parents=True)
            shelf.chmod(0o755)
        state = shelf.lstat()
    except OSError:
        return False
    return shelf.is_dir() and not shelf.is_symlink() and state.st_uid == os.geteuid() and not state.st_mode & 0o022


def _nesting(install: Path) -> Path:
    """Keep `package/pginstall`: its programs look for `../../../package.libs` from their own folder."""
    return Path(install.parent.name, install.name)


def _copy(install: Path, place: Path) -> bool:
    try:
        with tempfile.TemporaryDirectory(prefix=".copying-", dir=place.parent) as workshop:
            draft = Path(workshop, "draft")
            _copy_parts(install, draft)
            _open_to_readers(draft)
            draft.rename(place)
    except OSError:
        return place.is_dir()  # another process was faster, or the shelf is of no use
    return True


def _copy_parts(install: Path, draft: Path) -> None:
    for part in NEEDED:
        if (install / part).is_dir():
            shutil.copytree(install / part, draft / _nesting(install) / part, ignore=NEEDLESS)
    libraries = install.parent.with_name(install.parent.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name)


def _open_to_readers(draft: Path) -> None:
    for folder, _, files in os.walk(draft):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
