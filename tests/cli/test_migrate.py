"""Migrating as an owner who is no superuser: what is missing is printed, and is enough."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import NAME, Named, Waypost
from tests.database import PASSWORD, Databases
from waypost.database import plain
from waypost.platform.schema.migrate import head

OWNED = f"{NAME}_owned"


@pytest.fixture
def modest(databases: Databases, named: Named, monkeypatch: pytest.MonkeyPatch) -> Iterator[Named]:
    """An owner's login that may create tables and nothing more."""
    with psycopg.connect(plain(databases.server.admin_dsn("postgres")), autocommit=True) as admin:
        for statement in (
            f'drop database if exists "{OWNED}" with (force)',
            f'drop role if exists "{OWNED}"',
            f"create role \"{OWNED}\" login password '{PASSWORD}'",
            f'create database "{OWNED}" owner "{OWNED}"',
        ):
            admin.execute(statement)
        monkeypatch.setenv("DATABASE_ADMIN_URL", plain(databases.server.dsn(OWNED, PASSWORD, OWNED)))
        monkeypatch.setenv("DATABASE_URL", plain(databases.server.dsn("waypost_app", PASSWORD, OWNED)))
        yield Named("", "", databases.server.admin_dsn(OWNED))
        for statement in (f'drop database "{OWNED}" with (force)', f'drop role "{OWNED}"'):
            admin.execute(statement)


def test_the_printed_sql_is_enough(modest: Named, waypost: Waypost) -> None:
    ran = waypost("migrate")
    assert ran.code == 2
    assert "run this SQL as superuser" in ran.err
    assert f'alter role "{OWNED}" bypassrls;' in ran.out
    modest.do(*ran.out.splitlines())
    again = waypost("migrate")
    assert (again.code, again.err) == (0, ""), again.err
    assert "up to date" in again.out


def test_without_the_owners_login(named: Named, waypost: Waypost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_ADMIN_URL")
    monkeypatch.setenv("DATABASE_URL", named.app.replace(NAME, "waypost_template").replace("+psycopg", ""))
    ran = waypost("migrate")
    assert (ran.code, ran.err) == (
        2,
        "DATABASE_ADMIN_URL is not set: only the owner's login can change the database.\n",
    )
    behind = waypost("org", "list")
    assert behind.code == 2
    assert "run waypost migrate" in behind.err


def test_a_second_run_changes_nothing(migrated: Named, waypost: Waypost, tmp_path: Path) -> None:
    ran = waypost("migrate")
    assert (ran.code, ran.out) == (0, f"The database is up to date ({head()}).\n")
