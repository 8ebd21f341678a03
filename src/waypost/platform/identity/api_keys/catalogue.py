"""Look-ups of API keys: by the hash of one, or those of one person in the bound organisation."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, rows, shut
from waypost.platform.identity.catalogue_sql.sessions import MUST_ENROL

MOST_KEYS = 50
"""Living keys of one person in one organisation."""

API_KEYS = (
    Function(
        "identity_key",
        ("secret bytea", "moment timestamptz"),
        rows(
            "session_id uuid",
            "person_id uuid",
            "org_id uuid",
            "role text",
            "is_disabled boolean",
            "email text",
            "display_name text",
            "org_name text",
            "zone text",
            "locale text",
            "theme text",
            "operator boolean",
            "must_enrol boolean",
            "ceiling text",
        ),
        f"""
        select k.id, p.id, o.id, m.role, p.is_disabled or m.disabled_at is not null, p.email, p.display_name, o.name,
               o.zone, coalesce(p.locale, o.locale), p.theme, false, {MUST_ENROL}, k.role
        from api_keys k
        join people p on p.id = k.person_id
        join organizations o on o.id = k.org_id
        left join memberships m on m.org_id = o.id and m.person_id = p.id and m.ended_at is null
        where k.secret_hash = secret and k.revoked_at is null and k.expires_at > moment
        """,
    ),
    Function(
        "identity_make_key",
        (
            "fresh uuid",
            "org uuid",
            "person uuid",
            "title text",
            "beginning text",
            "secret bytea",
            "as_role text",
            "moment timestamptz",
            "until timestamptz",
        ),
        "boolean",
        f"""
        with made as (
          insert into api_keys (id, org_id, person_id, name, prefix, secret_hash, role, created_at, expires_at)
          select fresh, org, person, title, beginning, secret, as_role, moment, until
          from memberships m
          where m.org_id = org and org = app_org() and m.person_id = person and m.ended_at is null
            and m.disabled_at is null
            and (select count(*) from api_keys k where k.person_id = person and k.org_id = org
                 and k.revoked_at is null and k.expires_at > moment) < {MOST_KEYS}
          returning 1)
        select exists (select from made)
        """,
        kind="volatile",
    ),
    Function(
        "identity_keys_of",
        ("org uuid", "person uuid", "moment timestamptz"),
        rows(
            "id uuid",
            "name text",
            "prefix text",
            "role text",
            "created_at timestamptz",
            "expires_at timestamptz",
            "last_used_at timestamptz",
        ),
        """
        select k.id, k.name, k.prefix, k.role, k.created_at, k.expires_at, k.last_used_at from api_keys k
        where k.org_id = org and org = app_org() and k.person_id = person
          and k.revoked_at is null and k.expires_at > moment
        order by k.created_at desc limit 100
        """,
    ),
    Function(
        "identity_revoke_key",
        ("org uuid", "person uuid", "key uuid", "moment timestamptz"),
        "boolean",
        """
        with revoked as (
          update api_keys k set revoked_at = moment
          where k.id = key and k.org_id = org and org = app_org() and k.person_id = person and k.revoked_at is null
          returning 1)
        select exists (select from revoked)
        """,
        kind="volatile",
    ),
)

shut("api_keys")
declare(API_KEYS)
