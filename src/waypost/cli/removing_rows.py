"""The rows of an organisation, as the owner of the database counts and deletes them: every table, from the schema.

Children go before those they refer to. A crowd goes in bounded statements, so that no transaction holds millions of
rows; tables that refer to themselves go in one.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import Table

from waypost.platform.schema.security import is_tenant
from waypost.tables import everything

AT_ONCE = 20_000

STANDING = """
select o.name,
  exists (select from archive_records r where r.org_id = o.id and r.holds > 0)
    or exists (select from archive_requests r where r.org_id = o.id and r.held_at is not null),
  (select count(*) from archive_records r where r.org_id = o.id and r.kept_at is not null and r.state <> 'erased'),
  (select max(greatest(r.retain_until, v.locked_until)) from archive_records r
    left join archive_versions v on v.org_id = r.org_id and v.record_id = r.id
    where r.org_id = o.id and r.state <> 'erased' and greatest(r.retain_until, v.locked_until) > now()),
  (select count(*) from blobs b where b.org_id = o.id and b.gone_because is null),
  (select coalesce(sum(b.size_bytes), 0)::bigint from blobs b where b.org_id = o.id and b.gone_because is null)
from organizations o where o.id = %(org)s
"""
SHUT = (
    """insert into organization_removals (id, org_id, name, begun_at, gone)
       values (%(id)s, %(org)s, %(name)s, %(now)s, '{}') on conflict (org_id) do nothing""",
    "update memberships set ended_at = %(now)s where org_id = %(org)s and ended_at is null",
    "delete from auth_sessions where active_organization_id = %(org)s",
    "delete from api_keys where org_id = %(org)s",
    "delete from inbound_runs where org_id = %(org)s",
    "delete from inbound_sources where org_id = %(org)s",
)
"""From here nobody gets in, no clock ticks for it, and the installation knows that it goes."""
DROP_JOBS = "delete from jobs where org_id = %(org)s and status <> 'running'"
RUNNING = "select count(*) from jobs where org_id = %(org)s and status = 'running'"
AUDIT_HEAD = """
select position, encode(hash, 'hex') from admin_audit_chain where org_id = %(org)s order by position desc limit 1
"""
FILES = """
select distinct path from archive_files where org_id = %(org)s and path is not null order by path
"""
ENDED = "update organization_removals set ended_at = %(now)s, gone = %(gone)s where org_id = %(org)s"
REMOVALS = "select org_id, name, begun_at, ended_at, gone from organization_removals order by begun_at, id"

MEMBERS_ALONE = """
select m.person_id from memberships m join people p on p.id = m.person_id
where m.org_id = %(org)s and not p.installation_operator
  and not exists (select from memberships o where o.person_id = m.person_id and o.org_id <> m.org_id)
"""

Owner = psycopg.AsyncConnection[Any]


async def count(owner: Owner, org: UUID) -> int:
    """All rows of all its tables."""
    total = 0
    for table in _tenants():
        asked = sql.SQL("select count(*) from {} where org_id = %s").format(sql.Identifier(table.name))
        row = await (await owner.execute(asked, [org])).fetchone()
        total += row[0] if row else 0
    return total


async def delete(owner: Owner, org: UUID) -> int:
    """All rows of all its tables, until there are none: what a last job wrote meanwhile goes with the next round."""
    total, gone = 0, 1
    while gone:
        gone = sum([await _delete_from(owner, table, org) for table in _tenants()])
        total += gone
    return total


async def delete_catalogue(owner: Owner, org: UUID) -> int:
    """The organisation itself, what refers to it, and people who were nowhere else; how many people."""
    alone = [person for (person,) in await (await owner.execute(MEMBERS_ALONE, {"org": org})).fetchall()]
    await _delete_named(owner, "organizations", [org])
    await _delete_named(owner, "people", alone)
    return len(alone)


async def _delete_named(owner: Owner, target: str, ids: list[UUID]) -> None:
    """Rows of one table of the catalogue, after everything that refers to them."""
    for table in reversed(everything().sorted_tables):
        for key in table.foreign_keys:
            if key.column.table.name == target and not is_tenant(table):
                await owner.execute(_where(table.name, key.parent.name), [ids])
    await owner.execute(_where(target, "id"), [ids])


def _where(table: str, column: str) -> sql.Composed:
    return sql.SQL("delete from {} where {} = any(%s)").format(sql.Identifier(table), sql.Identifier(column))


async def _delete_from(owner: Owner, table: Table, org: UUID) -> int:
    total, gone = 0, AT_ONCE
    while gone >= AT_ONCE:
        gone = (await owner.execute(_some(table), {"org": org})).rowcount
        total += gone
        if _refers_to_itself(table):
            break
    return total


def _some(table: Table) -> sql.Composed:
    name = sql.Identifier(table.name)
    if _refers_to_itself(table):
        return sql.SQL("delete from {} where org_id = %(org)s").format(name)
    some = sql.SQL("select ctid from {} where org_id = %(org)s limit {}").format(name, sql.Literal(AT_ONCE))
    return sql.SQL("delete from {} where ctid = any(array({}))").format(name, some)


def _refers_to_itself(table: Table) -> bool:
    return any(key.column.table is table for key in table.foreign_keys)


def _tenants() -> Iterator[Table]:
    return (table for table in reversed(everything().sorted_tables) if is_tenant(table))
