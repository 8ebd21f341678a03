"""The sweeper: staging folders of processes that died. Their age says that nobody comes back to them."""

import os
from contextlib import suppress

from waypost.archive.places import handles
from waypost.archive.places.staging import PREFIX

DEEPEST = 16
"""Folders below the root; the path policy allows twelve."""


def sweep(root: int, older_than: float) -> int:
    """Remove staging folders last touched before `older_than` (seconds since 1970) anywhere below; gives how many."""
    return _swept(root, older_than, 0)


def _swept(folder: int, older_than: float, depth: int) -> int:
    count = 0
    for name in _below(folder):
        if name.startswith(PREFIX):
            count += _removed(folder, name, older_than)
        elif depth < DEEPEST:
            with suppress(OSError), handles.entered(folder, [name]) as below:
                count += _swept(below, older_than, depth + 1)
    return count


def _below(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [one.name for one in entries if one.is_dir(follow_symlinks=False)]


def _removed(folder: int, name: str, older_than: float) -> int:
    """A folder that somebody removed meanwhile, or that cannot be removed, waits for the next sweep."""
    try:
        if os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime >= older_than:
            return 0
        handles.remove_folder(folder, name)
    except OSError:
        return 0
    return 1
