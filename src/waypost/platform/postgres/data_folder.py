"""Where the data of an installation lies when nobody says otherwise."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def default_data_folder() -> Path:
    """`/var/lib/waypost` for root (its home is usually closed to the server), else the user's own data folder."""
    if os.geteuid() == 0:
        return Path("/var/lib/waypost")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Waypost"
    named = os.environ.get("XDG_DATA_HOME", "")
    base = Path(named) if named.startswith("/") else Path.home() / ".local" / "share"
    return base / "waypost"


def prepare_data_folder(data: Path) -> None:
    """Make the data folder with those parents that are missing; existing ones keep their rights.

    Of root's folders others may pass through (0711) but list nothing: the server runs as somebody else.
    """
    missing = [step for step in (data, *data.parents) if not step.exists()]
    for step in reversed(missing):
        step.mkdir(exist_ok=True)
        step.chmod(0o711 if os.geteuid() == 0 else 0o700)
