"""The questions of `inspect.py` in PostgreSQL's words. A tenant table is one of schema public with a column org_id."""

REVISION = "select version_num from alembic_version"

LOGIN = "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user"

_HAS_ORG = """
exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped)
"""
_IS_TABLE = "c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"

OWNED = f"""
select c.relname from pg_class c
where {_IS_TABLE} and {_HAS_ORG} and pg_has_role(current_user, c.relowner, 'member') order by 1
"""

TABLES = f"""
select c.relname, c.relrowsecurity, c.relforcerowsecurity from pg_class c
where {_IS_TABLE} and {_HAS_ORG} and c.relname <> all(%s) order by 1
"""

POLICIES = """
select c.relname, p.polname,
  p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
    and pg_get_expr(p.polqual, p.polrelid) = '(org_id = ( SELECT app_org() AS app_org))'
    and pg_get_expr(p.polwithcheck, p.polrelid) = '(org_id = ( SELECT app_org() AS app_org))',
  p.polpermissive and exists (
    select from unnest(p.polroles) role
    where case role when 0 then true else pg_has_role('waypost_app', role, 'member') end)
from pg_policy p join pg_class c on c.oid = p.polrelid
where c.relnamespace = 'public'::regnamespace order by 1, 2
"""

OPEN_TABLES = """
select c.relname, r.rolname
from pg_class c, pg_roles r
where c.relnamespace = 'public'::regnamespace and c.relname = any(%s) and r.rolname in ('waypost_app', 'waypost_worker')
  and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate') order by 1, 2
"""

UNIQUE_KEYS = f"""
select c.relname, i.indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indrelid
where {_IS_TABLE} and {_HAS_ORG} and c.relname <> all(%s) and i.indisunique
  and not exists (
    select from pg_attribute a where a.attrelid = c.oid and a.attnum = i.indkey[0] and a.attname = 'org_id')
order by 1, 2
"""

FOREIGN_KEYS = f"""
select c.relname, k.conname from pg_constraint k
join pg_class c on c.oid = k.conrelid join pg_class there on there.oid = k.confrelid
where k.contype = 'f' and {_IS_TABLE} and {_HAS_ORG} and c.relname <> all(%s) and there.relname <> all(%s)
  and not exists (
    select from unnest(k.conkey, k.confkey) pair(mine, theirs)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.mine and a.attname = 'org_id'
    join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.theirs and b.attname = 'org_id')
order by 1, 2
"""
