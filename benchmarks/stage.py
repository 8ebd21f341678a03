"""What every benchmark stands on: a fresh embedded server, the real schema, the app's own logins."""

import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waypost.database import Database, database, let_in
from waypost.main import House, furnish
from waypost.platform.schema.migrate import migrate
from waypost.settings import Settings, load


@contextmanager
def server() -> Iterator[tuple[Settings, Database]]:
    """A migrated database in a temporary folder; durable, as in production."""
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        os.environ.setdefault("APP_ENV", "test")
        settings = load(Path(folder))
        with database(settings) as found:
            assert found.admin is not None
            migrate(found.admin)
            let_in(settings, found.admin)
            yield settings, found


@contextmanager
def house() -> Iterator[House]:
    """The parts of a process on such a server."""
    with server() as (settings, found):
        yield furnish(settings, found)


def machine() -> str:
    """One line about where the figures come from."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
