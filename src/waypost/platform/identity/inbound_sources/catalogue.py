"""Look-ups of inbound sources: the organisation of a key, and the key that an organisation takes or gives back."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, shut

INBOUND_SOURCES = (
    Function(
        "identity_inbound_source",
        ("wanted text",),
        "uuid",
        "select org_id from inbound_sources where key = wanted",
    ),
    Function(
        "identity_take_source_key",
        ("wanted text", "org uuid", "of_kind text", "moment timestamptz", "by_operator boolean"),
        "boolean",
        """
        with taken as (
          insert into inbound_sources (key, org_id, kind, created_at)
          select wanted, org, of_kind, moment where org = app_org()
          on conflict (key) do update set org_id = excluded.org_id
          where by_operator or inbound_sources.org_id = excluded.org_id
          returning 1)
        select exists (select from taken)
        """,
        kind="volatile",
    ),
)

shut("inbound_sources")
declare(INBOUND_SOURCES)
