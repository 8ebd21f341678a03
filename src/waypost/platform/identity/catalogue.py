"""How the catalogue is reached: two narrow SELECTs for colleagues' names, and look-ups that answer one secret or id.

Every function runs as `waypost_owner` (NOLOGIN) with a search path of its own, is revoked from PUBLIC and granted to
the app; only the clock's list of organisations is the worker's. Those that write a membership refuse any organisation
but the one the transaction is bound to (`app_org()`).
"""

from waypost.platform.identity.catalogue_sql.attempts import ATTEMPTS
from waypost.platform.identity.catalogue_sql.function import declare, retire, shut
from waypost.platform.identity.catalogue_sql.memberships import MEMBERSHIPS
from waypost.platform.identity.catalogue_sql.organisations import ORGANISATIONS
from waypost.platform.identity.catalogue_sql.people import PEOPLE
from waypost.platform.identity.catalogue_sql.sessions import SESSIONS
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, WORKER

CALLERS = f"{APP}, {WORKER}"
IS_COLLEAGUE = "exists (select from memberships m where m.person_id = people.id and m.org_id = (select app_org()))"


def _show_colleagues() -> None:
    for table, rule, columns in (
        ("memberships", "org_id = (select app_org())", "org_id, person_id, role, ended_at, disabled_at"),
        ("people", IS_COLLEAGUE, "id, email, display_name, is_disabled"),
    ):
        declare_sql(f"{table}.security", f"alter table {table} enable row level security")
        policy = f"create policy {table}_org_isolation on {table} for select to {CALLERS} using ({rule})"
        declare_sql(f"{table}.policy", policy)
        declare_sql(f"{table}.read", f"grant select ({columns}) on {table} to {CALLERS}")


shut("organizations", "organization_removals", "people", "memberships", "auth_sessions", "sign_in_attempts")
_show_colleagues()
retire(
    "identity_session(bytea, timestamptz, interval)",
    "identity_open_session(uuid, uuid, uuid, bytea, text, timestamptz, timestamptz)",
    "identity_sessions_of(uuid, timestamptz, interval)",
    "identity_leave(uuid, uuid, timestamptz)",
)
declare(SESSIONS + PEOPLE + ORGANISATIONS + MEMBERSHIPS + ATTEMPTS)
