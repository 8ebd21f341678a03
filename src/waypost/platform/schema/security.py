"""Row security as SQL. Policies are named `{table}_org_isolation`: operators verify them by that name."""

from sqlalchemy import Table

APP, WORKER, SEARCH, BACKUP, OWNER = (
    "waypost_app",
    "waypost_worker",
    "waypost_search",
    "waypost_backup",
    "waypost_owner",
)

ROLES = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{OWNER}') then create role {OWNER} nologin bypassrls; end if;
  if not exists (select from pg_roles where rolname = '{APP}') then create role {APP} nologin; end if;
  if not exists (select from pg_roles where rolname = '{WORKER}') then create role {WORKER} nologin; end if;
  if not exists (select from pg_roles where rolname = '{SEARCH}') then create role {SEARCH} nologin; end if;
  if not exists (select from pg_roles where rolname = '{BACKUP}') then create role {BACKUP} nologin bypassrls; end if;
end $$
"""

APP_ORG = """
create or replace function app_org() returns uuid language sql stable parallel safe
as $$ select nullif(current_setting('app.current_org_id', true), '')::uuid $$
"""


def secure(table: str, *, append_only: bool = False, searched: bool = False, claimed: bool = False) -> list[str]:
    """Statements that shut a tenant table: forced row security, grants, and the two named exceptions.

    `append_only` grants no UPDATE and DELETE; `searched` lets the search functions' role read every row (they filter
    by organisation themselves); `claimed` lets the queue's role see the jobs of all organisations.
    """
    verbs = "select, insert" if append_only else "select, insert, update, delete"
    rule = "org_id = (select app_org())"
    statements = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_org_isolation on {table} using ({rule}) with check ({rule})",
        f"grant {verbs} on {table} to {APP}, {WORKER}",
        f"grant select on {table} to {BACKUP}",
    ]
    if searched:
        statements += [
            f"create policy {table}_searching on {table} for select to {SEARCH} using (true)",
            f"grant select on {table} to {SEARCH}",
        ]
    if claimed:
        statements.append(f"create policy {table}_claiming on {table} to {WORKER} using (true) with check (true)")
    return statements


def secure_table(table: Table) -> list[str]:
    """`secure` with the marks that a model carries in `__table_args__`' `info`."""
    marks = {name: bool(table.info.get(name)) for name in ("append_only", "searched", "claimed")}
    return secure(table.name, **marks)


def is_tenant(table: Table) -> bool:
    """A table with `org_id` is a tenant's, unless its model says that it is part of the catalogue."""
    return "org_id" in table.columns and not table.info.get("catalogue")
