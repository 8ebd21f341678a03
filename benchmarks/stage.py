"""What every benchmark stands on: a fresh embedded server, the real schema, the app's own logins."""

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from waypost.cli.schema import bring_up
from waypost.database import Database, database
from waypost.main.house import House, furnish
from waypost.platform.observe import logs
from waypost.platform.postgres.server import serve
from waypost.settings import Settings, load

ENVIRONMENT = {"APP_ENV": "test", "RATE_LIMIT_SESSION_PER_MINUTE": "0"}
"""One person asks more quickly than any does."""


@contextmanager
def server() -> Iterator[tuple[Settings, Database]]:
    """A migrated database in a temporary folder; durable, as in production. Its files go when it has ended."""
    with tempfile.TemporaryDirectory(prefix="waypost-bench-") as folder:
        for name, value in ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        logs.configure("warning", "json")
        held = serve(Path(folder))
        try:
            settings = load(Path(folder))
            with database(settings) as found:
                bring_up(settings, found)
                yield settings, found
        finally:
            held.release()
            held.stopped()


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


def say(line: str) -> None:
    """One figure, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
