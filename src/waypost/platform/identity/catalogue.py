"""How the catalogue is reached: two narrow SELECTs for colleagues' names, and look-ups that answer one secret or id.

Every function runs as `waypost_owner` (NOLOGIN) with a search path of its own, is revoked from PUBLIC and granted to
the app; only the clock's list of organisations is the worker's. Those that write a membership refuse any organisation
but the one the transaction is bound to (`app_org()`).
"""

from waypost.platform.identity.catalogue_sql.attempts import ATTEMPTS
from waypost.platform.identity.catalogue_sql.function import Function
from waypost.platform.identity.catalogue_sql.organisations import ORGANISATIONS
from waypost.platform.identity.catalogue_sql.people import PEOPLE
from waypost.platform.identity.catalogue_sql.sessions import SESSIONS
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, OWNER, WORKER

TABLES = ("organizations", "people", "memberships", "auth_sessions", "sign_in_attempts")
CALLERS = f"{APP}, {WORKER}"
IS_COLLEAGUE = "exists (select from memberships m where m.person_id = people.id and m.org_id = (select app_org()))"


def _shut() -> None:
    for table in TABLES:
        declare_sql(f"{table}.owner", f"grant select, insert, update, delete on {table} to {OWNER}")
        declare_sql(f"{table}.shut", f"revoke all on {table} from public, {APP}, {WORKER}")
    for table, rule, columns in (
        ("memberships", "org_id = (select app_org())", "org_id, person_id, role, ended_at"),
        ("people", IS_COLLEAGUE, "id, email, display_name, is_disabled"),
    ):
        declare_sql(f"{table}.security", f"alter table {table} enable row level security")
        policy = f"create policy {table}_org_isolation on {table} for select to {CALLERS} using ({rule})"
        declare_sql(f"{table}.policy", policy)
        declare_sql(f"{table}.read", f"grant select ({columns}) on {table} to {CALLERS}")


def _declare(function: Function) -> None:
    called = f"{function.name}({', '.join(part.split()[1] for part in function.takes)})"
    definition = (
        f"create or replace function {function.name}({', '.join(function.takes)}) returns {function.gives}"
        f" language {function.language} {function.kind} security definer set search_path = public, pg_temp"
        f" as $body$ {function.body} $body$"
    )
    declare_sql(function.name, definition)
    declare_sql(f"{function.name}.owner", f"alter function {called} owner to {OWNER}")
    declare_sql(f"{function.name}.shut", f"revoke all on function {called} from public")
    if function.callers:
        declare_sql(f"{function.name}.callers", f"grant execute on function {called} to {', '.join(function.callers)}")


_shut()
for _function in SESSIONS + PEOPLE + ORGANISATIONS + ATTEMPTS:
    _declare(_function)
