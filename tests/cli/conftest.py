"""The command line as an operator meets it: short commands in this process, those that stay in real ones."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog

from tests.cli.tree import Up
from tests.database import PASSWORD, Databases
from waypost.cli import run
from waypost.database import plain

SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMhISE="
NAME = f"waypost_cli_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


Waypost = Callable[..., Ran]


@pytest.fixture
def waypost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Waypost]:
    """Run a command in this process; logging is as before afterwards."""
    handlers, level = logging.root.handlers[:], logging.root.level

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["waypost", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    yield call
    logging.root.handlers, logging.root.level = handlers, level
    structlog.reset_defaults()


@dataclass(frozen=True, slots=True)
class Named:
    """A database that an operator names, under its three logins, as libpq reads them."""

    app: str
    worker: str
    owner: str

    def do(self, *statements: str) -> None:
        """As the owner."""
        with psycopg.connect(plain(self.owner), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """As the owner; all rows."""
        with psycopg.connect(plain(self.owner), autocommit=True) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="session")
def empty_database(databases: Databases) -> Named:
    """One database without a single table, for this worker's command-line tests."""
    with psycopg.connect(plain(databases.server.admin_dsn("postgres")), autocommit=True) as admin:
        admin.execute(f'drop database if exists "{NAME}" with (force)')
        admin.execute(f'create database "{NAME}"')
    app, worker = (databases.server.dsn(role, PASSWORD, NAME) for role in ("waypost_app", "waypost_worker"))
    return Named(app, worker, databases.server.admin_dsn(NAME))


@pytest.fixture
def named(empty_database: Named, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Named:
    """The environment of an operator with a database of their own; `waypost migrate` is up to the test."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATABASE_URL": plain(empty_database.app),
        "DATABASE_WORKER_URL": plain(empty_database.worker),
        "DATABASE_ADMIN_URL": plain(empty_database.owner),
        "AUTH_SECRET_KEY": SECRET,
        "ENCRYPTION_KEY_BASE64": SECRET,
        "WAYPOST_DATA": str(tmp_path / "data"),
    }.items():
        monkeypatch.setenv(name, value)
    return empty_database


@pytest.fixture
def migrated(named: Named, waypost: Waypost) -> Named:
    """The same, brought up to date."""
    assert waypost("migrate").code == 0
    return named


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of one embedded installation."""
    folder = tmp_path_factory.mktemp("installation")
    folder.chmod(0o711)
    return folder


@pytest.fixture
def up(data_folder: Path, tmp_path: Path) -> Iterator[Up]:
    """`waypost up`, ready; whatever of it still runs at the end is killed."""
    with Up(data_folder, tmp_path / "up.log") as started:
        yield started
