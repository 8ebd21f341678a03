"""Look-ups of organisations and memberships; joining and leaving only where the transaction is bound."""

from waypost.platform.identity.catalogue_sql.function import Function, rows
from waypost.platform.schema.security import WORKER

ORGANISATIONS = (
    Function(
        "identity_organization",
        ("org uuid",),
        rows("id uuid", "name text", "primary_domain text", "zone text", "locale text"),
        "select o.id, o.name, o.primary_domain, o.zone, o.locale from organizations o where o.id = org",
    ),
    Function(
        "identity_organization_named",
        ("wanted text",),
        "uuid",
        "select id from organizations where name = wanted order by created_at, id limit 1",
    ),
    Function(
        "identity_make_organization",
        ("fresh uuid", "name text", "zone text", "moment timestamptz"),
        "void",
        "insert into organizations (id, name, zone, created_at) values (fresh, name, zone, moment)",
        kind="volatile",
    ),
    Function(
        "identity_organizations_of",
        ("person uuid",),
        rows("id uuid", "name text", "role text"),
        """
        select o.id, o.name, m.role from memberships m join organizations o on o.id = m.org_id
        where m.person_id = person and m.ended_at is null order by m.created_at, o.id
        """,
    ),
    Function(
        "identity_join",
        ("org uuid", "person uuid", "as_role text", "moment timestamptz"),
        "boolean",
        """
        with joined as (
          insert into memberships (org_id, person_id, role, created_at)
          select org, person, as_role, moment where org = app_org()
          on conflict (org_id, person_id) do update set role = excluded.role, ended_at = null
          returning 1)
        select exists (select from joined)
        """,
        kind="volatile",
    ),
    Function(
        "identity_leave",
        ("org uuid", "person uuid", "moment timestamptz"),
        "boolean",
        """
        with gone as (
          update memberships set ended_at = moment
          where org_id = org and org = app_org() and person_id = person and ended_at is null returning 1),
        closed as (
          update auth_sessions set revoked_at = moment, revoked_reason = 'membership ended'
          where person_id = person and active_organization_id = org and revoked_at is null
            and exists (select from gone))
        select exists (select from gone)
        """,
        kind="volatile",
    ),
    Function(
        "identity_organization_ids",
        (),
        "setof uuid",
        "select id from organizations order by id",
        callers=(WORKER,),
    ),
)
