"""Reading a tree that another archiver (or we) wrote: each PDF, its sidecar, and whether the bytes are what it says."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BESIDE = ".json"
MOST = 4 << 20
"""Bytes of the largest sidecar that is read."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One PDF of a tree with what its sidecar says; `trouble` is why it cannot be taken as it is."""

    folder: str
    """Relative to the tree, POSIX."""
    name: str
    sidecar: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, str] = field(default_factory=dict)
    """Name relative to the folder → SHA-256, hex."""
    trouble: str | None = None
    """`missing_sidecar`, `bad_sidecar`, `missing_attachment`, `hash_mismatch`."""

    @property
    def path(self) -> str:
        """Relative to the tree."""
        return f"{self.folder}/{self.name}".lstrip("/")

    @property
    def is_ours(self) -> bool:
        """Written by this archive, not by another one."""
        return "record_id" in self.sidecar

    @property
    def made_at(self) -> datetime:
        """When it was archived, as its sidecar says; the beginning of time when it does not."""
        try:
            found = datetime.fromisoformat(str(self.sidecar.get("created_at")))
        except ValueError:
            return datetime(1970, 1, 1, tzinfo=UTC)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def standing(tree: Path) -> Iterator[Standing]:
    """Every PDF below `tree`, in the order of their paths; hidden folders and links are passed by."""
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one != "attachments")
        for name in sorted(names):
            if name.lower().endswith(".pdf") and not (Path(folder) / name).is_symlink():
                yield _read(tree, Path(folder), name)


def sha256_of(path: Path) -> str:
    """Hex, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(tree: Path, folder: Path, name: str) -> Standing:
    at = "" if folder == tree else folder.relative_to(tree).as_posix()
    beside = folder / f"{name}{BESIDE}"
    if not beside.is_file() or beside.is_symlink():
        return Standing(at, name, trouble="missing_sidecar")
    said = _parsed(beside)
    if said is None:
        return Standing(at, name, trouble="bad_sidecar")
    attachments = _attachments(said)
    return Standing(at, name, said, attachments, _trouble(folder, {name: str(said["sha256"]).lower(), **attachments}))


def _trouble(folder: Path, expected: Mapping[str, str]) -> str | None:
    for name, sha256 in expected.items():
        path = folder / name
        if not path.is_file() or path.is_symlink():
            return "missing_attachment"
        if sha256_of(path) != sha256:
            return "hash_mismatch"
    return None


def _parsed(beside: Path) -> dict[str, Any] | None:
    """A sidecar with the members that nothing can be said without; None when it is none."""
    try:
        if beside.stat().st_size > MOST:
            return None
        said = json.loads(beside.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(said, dict) and all(said.get(name) for name in ("ticket_id", "sha256"))
    return said if whole and isinstance(said.get("attachments", []), list) else None


def _attachments(said: Mapping[str, Any]) -> dict[str, str]:
    """Their `storage_path` is absolute and may be that of another mount: the name counts, beside the PDF."""
    found = [one for one in said.get("attachments", []) if isinstance(one, dict)]
    paths = [(str(one.get("storage_path", "")), str(one.get("sha256", "")).lower()) for one in found]
    return {f"attachments/{path.replace(chr(92), '/').rpartition('/')[2]}": sha256 for path, sha256 in paths if path}
