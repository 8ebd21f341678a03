"""How much there is to import, before it begins."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Survey:
    """Files and their bytes."""

    files: int
    bytes: int


def survey(paths: Iterable[Path]) -> Survey:
    """Count the files below `paths`; what a Maildir is still receiving (`tmp`) is not counted."""
    sizes = [_size(file) for path in paths for file in _files(path)]
    return Survey(len(sizes), sum(sizes))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
    for folder, folders, names in os.walk(path):
        if {"cur", "new", "tmp"} <= set(folders):
            folders.remove("tmp")
        yield from (Path(folder, name) for name in names)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
