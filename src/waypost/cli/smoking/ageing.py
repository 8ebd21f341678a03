"""A run of the smoke test's own deployment made to look as if nothing had been heard of it for an hour.

Waiting for that would take as long; the clock of the deployment is left alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from waypost.cli.smoking.house import Unwell

if TYPE_CHECKING:
    import psycopg

AGED = "update job_source_runs set last_signal_at = last_signal_at - interval '1 hour' where id = %s"
LISTENED = "update sourcing_api_presence set up_since = up_since - interval '1 hour'"
"""Silence counts only while somebody was there to hear it."""


@contextmanager
def ageing(data: Path | None) -> Iterator[Callable[[str], None]]:
    """Gives what moves a run's last sign of life back, in the database of the data folder. At once: the next may come
    within a second."""
    import psycopg

    from waypost.database import database, plain
    from waypost.settings import load

    if data is None:
        raise Unwell("the data folder of this deployment is not known")
    with (
        database(load(data)) as found,
        psycopg.connect(plain(found.admin or found.app), autocommit=True) as connection,
    ):
        connection.execute(LISTENED)
        yield lambda run_id: _aged(connection, run_id)


def _aged(connection: "psycopg.Connection[tuple[object, ...]]", run_id: str) -> None:
    connection.execute(AGED, [run_id])
