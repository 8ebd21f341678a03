"""Every table is shut: forced row security, composite keys, no row for whoever names no organisation."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Table

from tests.conftest import Orgs
from tests.database import Databases, Logins
from tests.house.samples import put_row
from waypost.database import plain
from waypost.platform.ids import new_id
from waypost.platform.schema import inspect
from waypost.platform.schema.security import is_tenant
from waypost.tables import everything

pytestmark = pytest.mark.anyio

CATALOGUE = [
    "api_keys",
    "auth_sessions",
    "inbound_runs",
    "inbound_sources",
    "invitations",
    "memberships",
    "organization_removals",
    "organizations",
    "password_links",
    "people",
    "provider_logins",
    "provider_visits",
    "recovery_codes",
    "second_factors",
    "sign_in_attempts",
    "sign_in_challenges",
    "source_hosts",
]
"""Reached through look-ups only."""
WHOLE_HOUSE = ["queue_controls", "safekeepings", "schedules", "sourcing_api_presence"]
"""The operator's word on queues and backups, the clock, and since when somebody listens: no organisation's data."""
TENANTS = [table for table in everything().sorted_tables if is_tenant(table)]

Connection = psycopg.AsyncConnection[Any]


@pytest.fixture(scope="module")
def filled(databases: Databases) -> Logins:
    """A database of its own, because its rows are nonsense."""
    return databases.clone("tables")


@pytest.fixture
def catalogue(filled: Logins) -> Iterator["psycopg.Connection[Any]"]:
    """The owner's view."""
    with psycopg.connect(plain(filled.owner)) as connection:
        yield connection


@pytest.fixture
async def app(filled: Logins) -> AsyncIterator[Connection]:
    """The app's own login; whatever a test does is rolled back."""
    async with await psycopg.AsyncConnection.connect(plain(filled.app)) as connection:
        yield connection
        await connection.rollback()


@pytest.fixture
async def rows(filled: Logins, orgs: Orgs) -> None:
    """One row of each organisation in every table."""
    async with await psycopg.AsyncConnection.connect(plain(filled.owner)) as connection:
        await connection.execute("set local session_replication_role = replica")
        for table in TENANTS:
            await connection.execute(f"delete from {table.name}".encode())
            for org in (orgs.acme, orgs.globex):
                await put_row(connection, table, org)


def test_the_tables_without_row_security_are_those_we_know() -> None:
    metadata = everything()
    assert inspect.shut(metadata) == CATALOGUE
    assert inspect.exceptions(metadata) == sorted(CATALOGUE + WHOLE_HOUSE)


def test_row_security_is_forced_everywhere(catalogue: "psycopg.Connection[Any]") -> None:
    assert inspect.row_security_flaws(catalogue, inspect.exceptions(everything())) == []


def test_every_key_carries_the_organisation(catalogue: "psycopg.Connection[Any]") -> None:
    assert inspect.key_flaws(catalogue, inspect.exceptions(everything())) == []
    assert [table.name for table in TENANTS if [c.name for c in table.primary_key][:1] != ["org_id"]] == []


def test_the_catalogue_is_out_of_reach(catalogue: "psycopg.Connection[Any]") -> None:
    assert inspect.catalogue_flaws(catalogue, CATALOGUE) == []


def test_the_logins_that_serve_are_harmless(filled: Logins) -> None:
    for login in (filled.app, filled.worker):
        with psycopg.connect(plain(login)) as connection:
            assert inspect.login_flaws(connection) == []


@pytest.mark.usefixtures("rows")
async def test_whoever_names_no_organisation_sees_and_writes_nothing(app: Connection) -> None:
    for table in TENANTS:
        assert await seen(app, table) == set(), table.name
        assert await refused(app, table, new_id()), table.name


@pytest.mark.usefixtures("rows")
async def test_each_organisation_sees_and_writes_its_own_only(app: Connection, orgs: Orgs) -> None:
    await app.execute(f"set local app.current_org_id = '{orgs.acme}'".encode())
    for table in TENANTS:
        assert await seen(app, table) == {orgs.acme}, table.name
        assert await refused(app, table, orgs.globex), table.name
        assert not await refused(app, table, orgs.acme), table.name
        if not table.info.get("append_only"):
            await gives_nothing_away(app, table, orgs)


async def gives_nothing_away(app: Connection, table: Table, orgs: Orgs) -> None:
    """The other's rows cannot be changed or removed, one's own cannot be handed over."""
    theirs = f"where org_id = '{orgs.globex}'"
    for statement in (f"update {table.name} set org_id = org_id {theirs}", f"delete from {table.name} {theirs}"):
        assert (await app.execute(statement.encode())).rowcount == 0, statement
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with app.transaction():
            await app.execute(f"update {table.name} set org_id = '{orgs.globex}'".encode())


@pytest.mark.parametrize("login", ["app", "worker"])
async def test_what_is_written_once_stays(filled: Logins, orgs: Orgs, rows: None, login: str) -> None:
    async with await psycopg.AsyncConnection.connect(plain(getattr(filled, login))) as connection:
        await connection.execute(f"set local app.current_org_id = '{orgs.acme}'".encode())
        for table in TENANTS:
            if table.info.get("append_only"):
                for statement in (f"update {table.name} set org_id = org_id", f"delete from {table.name}"):
                    assert await is_forbidden(connection, statement), statement
        await connection.rollback()


async def seen(connection: Connection, table: Table) -> set[UUID]:
    """Whose rows of a table the connection sees."""
    found = await connection.execute(f"select org_id from {table.name}".encode())
    return {row[0] for row in await found.fetchall()}


async def refused(connection: Connection, table: Table, org: UUID) -> bool:
    """Whether row security forbids to write a row of `org`; keys speak only after it."""
    try:
        async with connection.transaction(force_rollback=True):
            await put_row(connection, table, org)
    except psycopg.errors.InsufficientPrivilege:
        return True
    except (psycopg.errors.ForeignKeyViolation, psycopg.errors.UniqueViolation):
        return False
    return False


async def is_forbidden(connection: Connection, statement: str) -> bool:
    """Whether the login lacks the right."""
    try:
        async with connection.transaction():
            await connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False
