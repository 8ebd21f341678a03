"""The examination behind `waypost doctor`: every check stands alone, so that one failure hides no other."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import psycopg

from waypost.cli import checks
from waypost.cli.findings import Finding, Verdict
from waypost.cli.probe import checkpoints, storage
from waypost.database import Database, database, plain
from waypost.platform.schema.inspect import exceptions, shut
from waypost.settings import Settings
from waypost.tables import everything

Connection = psycopg.Connection[Any]
Check = Callable[[Connection], Finding]


def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which a person mends them."""
    with database(settings) as found:
        kept = [_guarded("storage", lambda: storage(settings)), _guarded("checkpoints", lambda: checkpoints(settings))]
        return [*_of_database(found), *kept, *_of_queue(found)]


def _of_database(found: Database) -> Iterator[Finding]:
    """Under the app's login: what it sees is what protects, or does not."""
    metadata = everything()
    exempt, catalogue = [*exceptions(metadata), "alembic_version"], shut(metadata)
    asked: list[tuple[str, Check]] = [
        ("database", checks.answers),
        ("clock", checks.clock),
        ("migration", checks.migration),
        ("login", checks.login),
        ("row security", lambda connection: checks.row_security(connection, exempt)),
        ("catalogue", lambda connection: checks.catalogue(connection, catalogue)),
        ("keys", lambda connection: checks.keys(connection, exempt)),
    ]
    yield from _all_of(found.app, asked)


def _of_queue(found: Database) -> Iterator[Finding]:
    """Under the queue's login, which alone sees the jobs of all organisations."""
    yield from _all_of(found.worker, [("worker", checks.worker), ("dead jobs", checks.dead_jobs)])


def _all_of(url: str, asked: list[tuple[str, Check]]) -> Iterator[Finding]:
    try:
        connection = psycopg.connect(plain(url), autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        yield _failed(asked[0][0], error)
        return
    with connection:
        for name, check in asked:
            yield _guarded(name, partial(check, connection))


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:
        return _failed(name, error)


def _failed(name: str, error: Exception) -> Finding:
    said = (str(error).strip().splitlines() or [""])[0]
    return Finding(name, Verdict.WRONG, (f"{type(error).__name__}: {said}" if said else type(error).__name__,))
