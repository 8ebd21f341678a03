"""From a command to the process tree."""

import json
import os
import sys
from pathlib import Path
from typing import NoReturn


def plant(
    host: str,
    port: int,
    data: Path | None,
    *,
    first: list[str],
    welcome: str = "",
    scraper: int | None = None,
    board: int | None = None,
) -> NoReturn:
    """Become the parent of the tree: the same process, without what the command line has loaded (20 MB).

    `first` are commands that must have ended well before the parts start; `scraper` and `board` (the
    sample one) are their ports, where there are any.
    """
    folder = None if data is None else str(data)
    plan = {"host": host, "port": port, "data": folder, "first": first, "welcome": welcome}
    plan |= {"scraper": scraper, "board": board}
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "waypost.cli.tree", json.dumps(plan)])
