"""Everything PostgreSQL knows about a schema, as lines that can be compared."""

from typing import Any

import psycopg

IN_PUBLIC = "relnamespace = 'public'::regnamespace and relname !~ '^alembic_version'"

QUESTIONS = {
    "table": f"""
        select relname, relkind, relrowsecurity, relforcerowsecurity, reloptions, pg_get_userbyid(relowner)
        from pg_class where {IN_PUBLIC} and relkind in ('r', 'p', 'v', 'm', 'S')""",
    "column": f"""
        select relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where {IN_PUBLIC} and relkind in ('r', 'p') and attnum > 0 and not attisdropped""",
    "order of columns": f"""
        select relname, array_agg(attname order by attnum) from pg_class c join pg_attribute a on a.attrelid = c.oid
        where {IN_PUBLIC} and relkind in ('r', 'p') and attnum > 0 and not attisdropped group by 1""",
    "index": "select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename !~ '^alembic'",
    "constraint": f"""
        select relname, conname, contype, pg_get_constraintdef(k.oid) from pg_constraint k
        join pg_class c on c.oid = k.conrelid where {IN_PUBLIC}""",
    "policy": "select * from pg_policies where schemaname = 'public'",
    "function": r"""
        select p.oid::regprocedure::text, regexp_replace(pg_get_functiondef(p.oid), '\s+', ' ', 'g'),
          pg_get_userbyid(proowner), proacl::text
        from pg_proc p where pronamespace = 'public'::regnamespace and prokind = 'f'
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')""",
    "grant": f"""
        select relname, grantee::regrole::text, privilege_type, is_grantable
        from pg_class c, aclexplode(coalesce(relacl, acldefault('r', relowner)))
        where {IN_PUBLIC} and relkind in ('r', 'p')""",
    "schema": """
        select nspname, grantee::regrole::text, privilege_type from pg_namespace, aclexplode(nspacl)
        where nspname = 'public'""",
    "extension": "select extname from pg_extension",
    "trigger": f"""
        select relname, tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where {IN_PUBLIC} and not tgisinternal""",
}


def described(connection: "psycopg.Connection[Any]") -> set[str]:
    """One line for each thing of the schema, with everything that makes it what it is."""
    return {f"{kind}: {row}" for kind, question in QUESTIONS.items() for row in connection.execute(question.encode())}
