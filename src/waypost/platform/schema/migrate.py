"""Bringing a database up to date, as its owner; the app's own login never can.

Alembic is loaded by whoever migrates, and by nobody who only asks whether that is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, text

import waypost

if TYPE_CHECKING:
    from alembic.config import Config

LOCK = "select pg_advisory_lock(hashtextextended('waypost migration', 0))"
UNLOCK = "select pg_advisory_unlock(hashtextextended('waypost migration', 0))"
PACKAGE = Path(waypost.__file__).parent


def scripts() -> Path:
    """Where the migrations lie: inside an installed package, beside `src` in a checkout."""
    installed = PACKAGE / "migrations"
    return installed if installed.is_dir() else PACKAGE.parents[1] / "migrations"


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts()))
    return config


def head() -> str | None:
    """The newest revision this code knows: history is one line, and each file begins with its number."""
    return max((file.name.partition("_")[0] for file in (scripts() / "versions").glob("[0-9]*_*.py")), default=None)


def current(connection: Connection) -> str | None:
    """The revision a database stands at; None before the first."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def migrate(admin_url: str, say: Callable[[str], None] = lambda _line: None) -> str | None:
    """Run what is missing, one process at a time; returns the revision reached."""
    engine = create_engine(admin_url)
    try:
        with engine.connect() as connection:
            connection.execute(text(LOCK))
            connection.commit()
            try:
                _upgrade(connection, say)
                return current(connection)
            finally:
                connection.rollback()
                connection.execute(text(UNLOCK))
    finally:
        engine.dispose()


def _upgrade(connection: Connection, say: Callable[[str], None]) -> None:
    from alembic import command

    before = current(connection)
    connection.rollback()
    if before == head():
        return
    say(f"bringing the database from {before or 'nothing'} to {head()}")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
