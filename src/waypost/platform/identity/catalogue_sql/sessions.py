"""Look-ups of sessions: by the hash of a token, or by the ids of a session and its person together."""

from waypost.platform.identity.catalogue_sql.function import Function, rows

MUST_ENROL = """
coalesce(o.second_factor_for = 'everyone' or (o.second_factor_for = 'admins' and m.role in ('owner', 'admin')), false)
  and not exists (select from second_factors f where f.person_id = p.id and f.confirmed_at is not null)
"""
"""The organisation asks for a second factor that this person has not set up."""

SESSIONS = (
    Function(
        "identity_caller",
        ("token bytea", "moment timestamptz", "idle interval"),
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
        ),
        f"""
        select s.id, p.id, o.id, m.role, p.is_disabled or m.disabled_at is not null, p.email, p.display_name, o.name,
               o.zone, coalesce(p.locale, o.locale), p.theme, p.installation_operator, {MUST_ENROL}
        from auth_sessions s
        join people p on p.id = s.person_id
        join organizations o on o.id = s.active_organization_id
        left join memberships m on m.org_id = o.id and m.person_id = p.id and m.ended_at is null
        where s.token_hash = token and s.revoked_at is null and s.expires_at > moment
          and (idle is null or s.last_seen_at > moment - idle)
        """,
    ),
    Function(
        "identity_open_session",
        (
            "session uuid",
            "person uuid",
            "org uuid",
            "token bytea",
            "agent text",
            "place text",
            "moment timestamptz",
            "until timestamptz",
        ),
        "boolean",
        """
        with opened as (
          insert into auth_sessions (id, person_id, active_organization_id, token_hash, user_agent,
                                     address, created_at, last_seen_at, expires_at)
          select session, person, org, token, agent, place, moment, moment, until
          from memberships m join people p on p.id = m.person_id
          where m.org_id = org and m.person_id = person and m.ended_at is null and m.disabled_at is null
            and not p.is_disabled
          returning 1)
        select exists (select from opened)
        """,
        kind="volatile",
    ),
    Function(
        "identity_close_session",
        ("session uuid", "person uuid", "moment timestamptz", "reason text"),
        "boolean",
        """
        with closed as (
          update auth_sessions set revoked_at = moment, revoked_reason = reason
          where id = session and person_id = person and revoked_at is null returning 1)
        select exists (select from closed)
        """,
        kind="volatile",
    ),
    Function(
        "identity_close_other_sessions",
        ("person uuid", "but uuid", "moment timestamptz", "reason text"),
        "bigint",
        """
        with closed as (
          update auth_sessions set revoked_at = moment, revoked_reason = reason
          where person_id = person and id is distinct from but and revoked_at is null and expires_at > moment
          returning 1)
        select count(*) from closed
        """,
        kind="volatile",
    ),
    Function(
        "identity_switch",
        ("session uuid", "person uuid", "org uuid"),
        "boolean",
        """
        with switched as (
          update auth_sessions s set active_organization_id = org from memberships m
          where s.id = session and s.person_id = person and s.revoked_at is null
            and m.org_id = org and m.person_id = person and m.ended_at is null and m.disabled_at is null
          returning 1)
        select exists (select from switched)
        """,
        kind="volatile",
    ),
    Function(
        "identity_seen",
        ("sessions uuid[]", "moments timestamptz[]"),
        "void",
        """
        update auth_sessions s set last_seen_at = greatest(s.last_seen_at, seen.moment)
        from unnest(sessions, moments) as seen (session, moment) where s.id = seen.session;
        update api_keys k set last_used_at = greatest(k.last_used_at, seen.moment)
        from unnest(sessions, moments) as seen (session, moment) where k.id = seen.session;
        """,
        kind="volatile",
    ),
    Function(
        "identity_devices",
        ("person uuid", "moment timestamptz", "idle interval"),
        rows(
            "id uuid",
            "user_agent text",
            "address text",
            "created_at timestamptz",
            "last_seen_at timestamptz",
            "expires_at timestamptz",
        ),
        """
        select s.id, s.user_agent, s.address, s.created_at, s.last_seen_at, s.expires_at from auth_sessions s
        where s.person_id = person and s.revoked_at is null and s.expires_at > moment
          and (idle is null or s.last_seen_at > moment - idle)
        order by s.last_seen_at desc limit 100
        """,
    ),
)
