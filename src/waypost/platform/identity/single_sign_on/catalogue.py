"""Look-ups of single sign-on: each names one state, or one subject of one issuer."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, shut

SINGLE_SIGN_ON = (
    Function(
        "identity_begin_visit",
        ("fresh uuid", "state bytea", "onward text", "moment timestamptz", "until timestamptz"),
        "void",
        """
        insert into provider_visits (id, state_hash, goes_on_to, created_at, expires_at)
        values (fresh, state, onward, moment, until)
        """,
        kind="volatile",
    ),
    Function(
        "identity_end_visit",
        ("state bytea", "moment timestamptz"),
        "text",
        """
        with ended as (delete from provider_visits where state_hash = state returning goes_on_to, expires_at)
        select goes_on_to from ended where expires_at > moment
        """,
        kind="volatile",
    ),
    Function(
        "identity_provider_login",
        ("of_issuer text", "of_subject text", "moment timestamptz"),
        "uuid",
        """
        update provider_logins set last_used_at = moment where issuer = of_issuer and subject = of_subject
        returning person_id
        """,
        kind="volatile",
    ),
    Function(
        "identity_link_provider",
        ("fresh uuid", "of_issuer text", "of_subject text", "person uuid", "moment timestamptz"),
        "boolean",
        """
        with linked as (
          insert into provider_logins (id, issuer, subject, person_id, created_at, last_used_at)
          values (fresh, of_issuer, of_subject, person, moment, moment)
          on conflict do nothing returning 1),
        shut_out as (
          update people p set password_hash = null, password_is_for_once = false
          where p.id = person and exists (select from linked)
            and not exists (select from second_factors f where f.person_id = person and f.confirmed_at is not null)
          returning 1),
        closed as (
          update auth_sessions s set revoked_at = moment, revoked_reason = 'linked to a provider'
          where s.person_id = person and s.revoked_at is null and exists (select from shut_out)),
        revoked as (
          update api_keys k set revoked_at = moment
          where k.person_id = person and k.revoked_at is null and exists (select from shut_out))
        select exists (select from linked)
        """,
        kind="volatile",
    ),
    Function(
        "identity_has_provider_login",
        ("person uuid",),
        "boolean",
        "select exists (select from provider_logins l where l.person_id = person)",
    ),
)

shut("provider_logins", "provider_visits")
declare(SINGLE_SIGN_ON)
