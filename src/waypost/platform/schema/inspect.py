"""Looking at a database from outside: is everything shut that must be shut? Asked of PostgreSQL's own catalogue.

The answers are sentences, none where all is well; `waypost doctor` and the house tests ask the same questions.
"""

from collections.abc import Collection
from typing import Any

import psycopg
from sqlalchemy import MetaData

from waypost.platform.schema.inspect_sql import (
    FOREIGN_KEYS,
    LOGIN,
    OPEN_TABLES,
    OWNED,
    POLICIES,
    REVISION,
    TABLES,
    UNIQUE_KEYS,
)
from waypost.platform.schema.security import is_tenant

Connection = psycopg.Connection[Any]


def revision(connection: Connection) -> str | None:
    """The migration a database stands at, as any login sees it; None before the first."""
    try:
        with connection.transaction():
            row = connection.execute(REVISION).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        return None
    return row[0] if row else None


def exceptions(metadata: MetaData) -> list[str]:
    """The tables that belong to no organisation, which are all that may be without row security."""
    return sorted(table.name for table in metadata.tables.values() if not is_tenant(table))


def shut(metadata: MetaData) -> list[str]:
    """Those of the exceptions that hold people's data: the catalogue, reached through look-ups only."""
    return sorted(table.name for table in metadata.tables.values() if table.info.get("catalogue"))


def login_flaws(connection: Connection) -> list[str]:
    """Why the connection's own login is too powerful to serve with."""
    row = connection.execute(LOGIN).fetchone()
    assert row is not None
    login, superuser, bypasses = row
    found = [f"{login} is a superuser"] if superuser else []
    found += [f"{login} bypasses row security (BYPASSRLS)"] if bypasses else []
    owned = [] if superuser else [name for (name,) in connection.execute(OWNED)]
    return found + ([f"{login} owns {_some(owned)}"] if owned else [])


def row_security_flaws(connection: Connection, exempt: Collection[str]) -> list[str]:
    """Tenant tables whose rows another organisation could see. `exempt` are the tables without an organisation."""
    found = []
    tables = connection.execute(TABLES, [list(exempt)]).fetchall()
    policies = _policies(connection)
    for table, enabled, forced in tables:
        if not (enabled and forced):
            found.append(f"{table}: row security is not {'forced' if enabled else 'on'}")
        own, others = policies.get(table, (False, []))
        if not own:
            found.append(f"{table}: policy {table}_org_isolation is missing or says something else")
        found += [f"{table}: policy {name} lets the app see more" for name in others]
    return found


def catalogue_flaws(connection: Connection, catalogue: Collection[str]) -> list[str]:
    """Catalogue tables that the app could read or change past their look-ups."""
    rows = connection.execute(OPEN_TABLES, [list(catalogue)])
    return [f"{table}: {role} may reach the whole table" for table, role in rows]


def key_flaws(connection: Connection, exempt: Collection[str]) -> list[str]:
    """Keys of tenant tables that do not carry the organisation: they would clash or point across organisations."""
    unique = connection.execute(UNIQUE_KEYS, [list(exempt)])
    found = [f"{table}: unique index {index} does not begin with org_id" for table, index in unique]
    foreign = connection.execute(FOREIGN_KEYS, [list(exempt), list(exempt)])
    return found + [f"{table}: foreign key {name} does not carry org_id" for table, name in foreign]


def _policies(connection: Connection) -> dict[str, tuple[bool, list[str]]]:
    """Per table: whether its own policy stands, and the names of others that the app's login profits from."""
    found: dict[str, tuple[bool, list[str]]] = {}
    for table, name, is_own, is_for_app in connection.execute(POLICIES):
        own, others = found.get(table, (False, []))
        if name == f"{table}_org_isolation":
            own = is_own
        elif is_for_app:
            others = [*others, name]
        found[table] = (own, others)
    return found


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more tables" if len(names) > 3 else "")
