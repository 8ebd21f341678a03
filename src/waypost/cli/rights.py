"""What the owner's login needs before it can migrate, as SQL that a superuser runs once."""

from typing import Any

import psycopg
from psycopg import sql

from waypost.platform.schema.security import OWNER, ROLES, SEARCH

ASKED = """
select current_user, rolsuper, rolbypassrls,
  (select count(*) from pg_roles where rolname in ('waypost_app', 'waypost_worker', 'waypost_search', 'waypost_backup',
    'waypost_owner')) = 5,
  (select coalesce(bool_and(pg_has_role(current_user, oid, 'member') and has_schema_privilege(oid, 'public', 'create')),
    false) from pg_roles where rolname in ('waypost_search', 'waypost_owner')),
  has_database_privilege(current_database(), 'create') and has_schema_privilege('public', 'create')
from pg_roles where rolname = current_user
"""


def missing_rights(connection: "psycopg.Connection[Any]") -> list[str]:
    """Statements for a superuser; none where the login can do all of it itself.

    Functions belong to roles that nobody logs in as, so the migrator must be a member of those; row security is forced
    on owners too, so it needs BYPASSRLS to change rows that exist.
    """
    row = connection.execute(ASKED).fetchone()
    assert row is not None
    login, superuser, bypasses, has_roles, is_member, may_create = row
    if superuser:
        return []
    lacking = []
    if not has_roles:
        lacking.append(ROLES.strip())
    if not is_member:
        lacking.append(f"grant {OWNER}, {SEARCH} to {_name(login)}")
        lacking.append(f"grant create on schema public to {OWNER}, {SEARCH}")
    if not may_create:
        lacking.append(f"grant create on database {_name(connection.info.dbname)} to {_name(login)}")
        lacking.append(f"grant create on schema public to {_name(login)}")
    if not bypasses:
        lacking.append(f"alter role {_name(login)} bypassrls")
    return [f"{statement};" for statement in lacking]


def _name(name: str) -> str:
    return sql.Identifier(name).as_string()
