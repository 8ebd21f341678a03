"""A folder place, and the bytes of one version."""

from pathlib import Path

import pytest

from waypost.archive.places.folder import FolderPlace
from waypost.archive.places.marker import FirstStart, make

FILES = [
    ("Ticket-1_2026-11-22.pdf", b"%PDF-1.7 " + b"pages " * 50),
    ("attachments/7_1_plan.dwg", b"lines"),
    ("Ticket-1_2026-11-22.pdf.json", b'{"sha256": "..."}\n'),
]
FOLDER = "anna/Kunden/2026"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A marked root."""
    found = tmp_path / "tree"
    make(str(found))
    return found


@pytest.fixture
def place(root: Path) -> FolderPlace:
    """The place there."""
    return FolderPlace(str(root), first=FirstStart(fstab=root / "no-such-file"))


def names_below(root: Path) -> set[str]:
    """Every file below the root, but the marker."""
    found = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    return found - {".waypost-archive"}
