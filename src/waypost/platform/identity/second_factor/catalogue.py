"""Look-ups of the second factor: each names one person, or the hash of one challenge."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, rows, shut

SECOND_FACTOR = (
    Function(
        "identity_second_factor",
        ("person uuid",),
        rows("sealed_secret bytea", "confirmed_at timestamptz", "last_step bigint", "codes_left bigint"),
        """
        select f.sealed_secret, f.confirmed_at, f.last_step,
          (select count(*) from recovery_codes c where c.person_id = person and c.used_at is null)
        from second_factors f where f.person_id = person
        """,
    ),
    Function(
        "identity_begin_second_factor",
        ("person uuid", "sealed bytea", "moment timestamptz"),
        "boolean",
        """
        with begun as (
          insert into second_factors as f (person_id, sealed_secret, created_at) values (person, sealed, moment)
          on conflict (person_id) do update set sealed_secret = excluded.sealed_secret, created_at = moment
          where f.confirmed_at is null returning 1)
        select exists (select from begun)
        """,
        kind="volatile",
    ),
    Function(
        "identity_rewrap_second_factor",
        ("person uuid", "before bytea", "fresh bytea"),
        "void",
        "update second_factors set sealed_secret = fresh where person_id = person and sealed_secret = before",
        kind="volatile",
    ),
    Function(
        "identity_confirm_second_factor",
        ("person uuid", "step bigint", "moment timestamptz"),
        "boolean",
        """
        with confirmed as (
          update second_factors set confirmed_at = moment, last_step = step
          where person_id = person and confirmed_at is null returning 1)
        select exists (select from confirmed)
        """,
        kind="volatile",
    ),
    Function(
        "identity_spend_step",
        ("person uuid", "step bigint"),
        "boolean",
        """
        with spent as (
          update second_factors set last_step = step
          where person_id = person and confirmed_at is not null and (last_step is null or last_step < step) returning 1)
        select exists (select from spent)
        """,
        kind="volatile",
    ),
    Function(
        "identity_set_recovery_codes",
        ("person uuid", "fresh uuid[]", "codes bytea[]"),
        "void",
        """
        delete from recovery_codes where person_id = person;
        insert into recovery_codes (id, person_id, code_hash)
        select i, person, c from unnest(fresh, codes) as given (i, c);
        """,
        kind="volatile",
    ),
    Function(
        "identity_spend_recovery_code",
        ("person uuid", "code bytea", "moment timestamptz"),
        "boolean",
        """
        with spent as (
          update recovery_codes set used_at = moment
          where person_id = person and code_hash = code and used_at is null
            and exists (select from second_factors f where f.person_id = person and f.confirmed_at is not null)
          returning 1)
        select exists (select from spent)
        """,
        kind="volatile",
    ),
    Function(
        "identity_drop_second_factor",
        ("person uuid",),
        "boolean",
        """
        with codes as (delete from recovery_codes where person_id = person),
        dropped as (delete from second_factors where person_id = person returning 1)
        select exists (select from dropped)
        """,
        kind="volatile",
    ),
    Function(
        "identity_begin_challenge",
        (
            "fresh uuid",
            "token bytea",
            "person uuid",
            "org uuid",
            "new_hash text",
            "first_factor text",
            "moment timestamptz",
            "until timestamptz",
        ),
        "void",
        """
        insert into sign_in_challenges (id, token_hash, person_id, org_id, password_hash, how, created_at, expires_at)
        values (fresh, token, person, org, new_hash, first_factor, moment, until)
        """,
        kind="volatile",
    ),
    Function(
        "identity_challenge",
        ("token bytea", "moment timestamptz"),
        rows("person_id uuid", "org_id uuid", "password_hash text", "how text"),
        """
        select c.person_id, c.org_id, c.password_hash, c.how from sign_in_challenges c
        where c.token_hash = token and c.expires_at > moment
        """,
    ),
    Function(
        "identity_end_challenge",
        ("token bytea",),
        "boolean",
        """
        with ended as (delete from sign_in_challenges where token_hash = token returning 1)
        select exists (select from ended)
        """,
        kind="volatile",
    ),
    Function(
        "identity_factors_here",
        ("org uuid",),
        "setof uuid",
        """
        select f.person_id from second_factors f join memberships m on m.person_id = f.person_id
        where m.org_id = org and org = app_org() and m.ended_at is null and f.confirmed_at is not null
        """,
    ),
)

shut("second_factors", "recovery_codes", "sign_in_challenges")
declare(SECOND_FACTOR)
