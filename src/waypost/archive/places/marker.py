"""The marker: a small file in the root that says "this is the share". An unmounted share shows an empty folder instead.

The first start makes root and marker by itself and remembers, in the data folder, that it did; from then on a missing
marker means that the share is away. `waypost archive prepare` makes it where a person says so.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from waypost.archive.places import handles

MARKER = ".waypost-archive"
MARK = {"about": "The archive writes only where it finds this file. Do not delete it.", "waypost": "archive"}
FSTAB = Path("/etc/fstab")


@dataclass(frozen=True, slots=True)
class FirstStart:
    """Whether a root without a marker is a new one; `memory` is a file of this installation, None: nobody remembers."""

    memory: Path | None = None
    fstab: Path = FSTAB

    def begin(self, root: str) -> bool:
        """Make root and marker when this has never been done here; False when the root should have been there."""
        if self.memory is None or root in self._remembered() or self._awaits_a_mount(root):
            return False
        make(root)
        self.remember(root)
        return True

    def knows(self, root: str) -> bool:
        """Whether it was there once."""
        return root in self._remembered()

    def remember(self, root: str) -> None:
        """From now on a missing marker is a missing share."""
        if self.memory is not None and root not in (known := self._remembered()):
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            self.memory.write_text("\n".join([*known, root]) + "\n", encoding="utf-8")

    def _remembered(self) -> list[str]:
        if self.memory is None or not self.memory.exists():
            return []
        return self.memory.read_text(encoding="utf-8").splitlines()

    def _awaits_a_mount(self, root: str) -> bool:
        """Whether the system's table of mounts knows the root, or a folder above it, and nothing is mounted there."""
        try:
            lines = [line.split() for line in self.fstab.read_text(encoding="utf-8").splitlines()]
        except OSError:
            return False
        places = {words[1] for words in lines if len(words) > 2 and words[0][:1] != "#"} - {"/", "none", "swap"}
        above = {root, *map(str, Path(root).parents)}
        return any(not os.path.ismount(place) for place in places & above)


def make(root: str) -> None:
    """Root and marker; what stands already stays."""
    os.makedirs(root, handles.FOLDER_MODE, exist_ok=True)
    with handles.opened(root) as handle:
        if not handles.stands(handle, MARKER):
            with suppress(FileExistsError):  # another made it meanwhile
                handles.write_new(handle, MARKER, (json.dumps(MARK, indent=2) + "\n").encode(), sync=True)
            handles.synced(handle, True)
