"""Look-ups of people: by e-mail for the password check, by id for their own settings."""

from waypost.platform.identity.catalogue_sql.function import Function, rows

PEOPLE = (
    Function(
        "identity_person",
        ("address text",),
        rows(
            "id uuid",
            "email text",
            "display_name text",
            "is_disabled boolean",
            "password_hash text",
            "for_once boolean",
        ),
        """
        select p.id, p.email, p.display_name, p.is_disabled, p.password_hash, p.password_is_for_once
        from people p where p.email = address
        """,
    ),
    Function(
        "identity_person_by_id",
        ("person uuid",),
        rows(
            "id uuid",
            "email text",
            "display_name text",
            "is_disabled boolean",
            "password_hash text",
            "for_once boolean",
        ),
        """
        select p.id, p.email, p.display_name, p.is_disabled, p.password_hash, p.password_is_for_once
        from people p where p.id = person
        """,
    ),
    Function(
        "identity_make_person",
        ("fresh uuid", "address text", "name text", "moment timestamptz"),
        "uuid",
        """
        insert into people (id, email, display_name, created_at) values (fresh, address, name, moment)
        on conflict (email) do update set email = excluded.email returning id
        """,
        kind="volatile",
    ),
    Function(
        "identity_set_password",
        ("person uuid", "hash text", "for_once boolean"),
        "void",
        "update people set password_hash = hash, password_is_for_once = for_once where id = person",
        kind="volatile",
    ),
    Function(
        "identity_set_profile",
        ("person uuid", "name text", "language text", "look text"),
        "void",
        "update people set display_name = name, locale = language, theme = look where id = person",
        kind="volatile",
    ),
    Function(
        "identity_profile",
        ("person uuid",),
        rows("display_name text", "locale text", "theme text"),
        "select p.display_name, p.locale, p.theme from people p where p.id = person",
    ),
    Function(
        "identity_set_theme",
        ("person uuid", "look text"),
        "void",
        "update people set theme = look where id = person",
        kind="volatile",
    ),
    Function(
        "identity_set_operator",
        ("address text", "is_one boolean"),
        "boolean",
        """
        with marked as (
          update people set installation_operator = is_one where email = address returning 1)
        select exists (select from marked)
        """,
        kind="volatile",
        callers=(),
    ),
    Function(
        "identity_set_disabled",
        ("address text", "is_off boolean"),
        "boolean",
        """
        with marked as (
          update people set is_disabled = is_off where email = address returning 1)
        select exists (select from marked)
        """,
        kind="volatile",
        callers=(),
    ),
)
