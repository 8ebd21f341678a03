"""Look-ups of organisations, and what each asks of its people."""

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
        "identity_change_organization",
        ("org uuid", "its_zone text", "its_locale text"),
        "boolean",
        """
        with told as (
          update organizations set zone = coalesce(its_zone, zone), chosen_zone = coalesce(its_zone, chosen_zone),
            locale = case when its_locale is null then locale else nullif(its_locale, '') end
          where id = org and org = app_org() returning 1)
        select exists (select from told)
        """,
        kind="volatile",
    ),
    Function(
        "identity_chosen_zone",
        ("org uuid",),
        "text",
        "select coalesce(o.chosen_zone, nullif(o.zone, 'UTC')) from organizations o where o.id = org",
    ),
    Function(
        "identity_organizations_of",
        ("person uuid",),
        rows("id uuid", "name text", "role text"),
        """
        select o.id, o.name, m.role from memberships m join organizations o on o.id = m.org_id
        where m.person_id = person and m.ended_at is null and m.disabled_at is null order by m.created_at, o.id
        """,
    ),
    Function(
        "identity_second_factor_for",
        ("org uuid",),
        "text",
        "select o.second_factor_for from organizations o where o.id = org",
    ),
    Function(
        "identity_ask_second_factor",
        ("org uuid", "of_whom text"),
        "boolean",
        """
        with told as (
          update organizations set second_factor_for = of_whom where id = org and org = app_org() returning 1)
        select exists (select from told)
        """,
        kind="volatile",
    ),
    Function(
        "identity_organization_ids",
        (),
        "setof uuid",
        """
        select o.id from organizations o
        where not exists (select from organization_removals r where r.org_id = o.id) order by o.id
        """,
        callers=(WORKER,),
    ),
)
