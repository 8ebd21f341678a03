"""Look-ups of one-time links: by the hash of one, or, for those who manage them, in the bound organisation."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, rows, shut

OPEN = "i.accepted_at is null and i.revoked_at is null"

INVITATIONS = (
    Function(
        "identity_invite",
        (
            "fresh uuid",
            "org uuid",
            "address text",
            "as_role text",
            "token bytea",
            "by_person uuid",
            "moment timestamptz",
            "until timestamptz",
        ),
        "boolean",
        f"""
        update invitations i set revoked_at = moment
        where i.org_id = org and org = app_org() and i.email = address and {OPEN};
        insert into invitations (id, org_id, email, role, token_hash, invited_by, created_at, expires_at)
        select fresh, org, address, as_role, token, by_person, moment, until where org = app_org()
        returning true;
        """,
        kind="volatile",
    ),
    Function(
        "identity_invitations",
        ("org uuid",),
        rows("id uuid", "email text", "role text", "created_at timestamptz", "expires_at timestamptz"),
        f"""
        select i.id, i.email, i.role, i.created_at, i.expires_at from invitations i
        where i.org_id = org and org = app_org() and {OPEN} order by i.created_at desc limit 200
        """,
    ),
    Function(
        "identity_revoke_invitation",
        ("org uuid", "invitation uuid", "moment timestamptz"),
        "boolean",
        f"""
        with revoked as (
          update invitations i set revoked_at = moment
          where i.id = invitation and i.org_id = org and org = app_org() and {OPEN} returning 1)
        select exists (select from revoked)
        """,
        kind="volatile",
    ),
    Function(
        "identity_invitation",
        ("token bytea", "moment timestamptz"),
        rows("id uuid", "org_id uuid", "org_name text", "email text", "role text", "is_known boolean"),
        f"""
        select i.id, o.id, o.name, i.email, i.role, exists (
            select from people p where p.email = i.email and (p.password_hash is not null
              or exists (select from provider_logins l where l.person_id = p.id)
              or exists (select from memberships m where m.person_id = p.id and m.ended_at is null)))
        from invitations i join organizations o on o.id = i.org_id
        where i.token_hash = token and i.expires_at > moment and {OPEN}
        """,
    ),
    Function(
        "identity_invitation_for",
        ("address text", "moment timestamptz"),
        rows("id uuid", "org_id uuid", "org_name text", "email text", "role text", "is_known boolean"),
        f"""
        select i.id, o.id, o.name, i.email, i.role, false
        from invitations i join organizations o on o.id = i.org_id
        where i.email = address and i.expires_at > moment and i.role not in ('owner', 'admin') and {OPEN}
        order by i.created_at limit 1
        """,
    ),
    Function(
        "identity_accept_invitation",
        ("org uuid", "invitation uuid", "moment timestamptz"),
        "boolean",
        f"""
        with accepted as (
          update invitations i set accepted_at = moment
          where i.id = invitation and i.org_id = org and org = app_org() and i.expires_at > moment and {OPEN}
          returning 1)
        select exists (select from accepted)
        """,
        kind="volatile",
    ),
    Function(
        "identity_make_password_link",
        (
            "fresh uuid",
            "org uuid",
            "person uuid",
            "token bytea",
            "by_mail boolean",
            "moment timestamptz",
            "until timestamptz",
        ),
        "boolean",
        """
        with made as (
          insert into password_links (id, person_id, org_id, token_hash, created_at, expires_at)
          select fresh, person, org, token, moment, until
          from memberships m join people p on p.id = m.person_id
          where m.org_id = org and org = app_org() and m.person_id = person and m.ended_at is null
            and not p.is_disabled and (by_mail or identity_is_ours_alone(org, person))
          returning 1),
        older as (
          update password_links l set used_at = moment
          where l.person_id = person and l.used_at is null and exists (select from made))
        select exists (select from made)
        """,
        kind="volatile",
    ),
    Function(
        "identity_password_link",
        ("token bytea", "moment timestamptz"),
        rows("id uuid", "person_id uuid", "org_id uuid", "email text"),
        """
        select l.id, l.person_id, l.org_id, p.email from password_links l join people p on p.id = l.person_id
        where l.token_hash = token and l.used_at is null and l.expires_at > moment and not p.is_disabled
        """,
    ),
    Function(
        "identity_use_password_link",
        ("link uuid", "moment timestamptz"),
        "boolean",
        """
        with used as (
          update password_links set used_at = moment
          where id = link and used_at is null and expires_at > moment returning 1)
        select exists (select from used)
        """,
        kind="volatile",
    ),
)

shut("invitations", "password_links")
declare(INVITATIONS)
