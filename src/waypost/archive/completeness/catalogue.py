"""The one function that adds up evidence and completeness over all organisations: numbers only, for `/metrics`."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, rows
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import OWNER

READ = {
    "evidence_watches": "doubt, findings, accepted, waiting_since, compared_at",
    "archive_completeness": "unarchived, oldest_at",
    "archive_records": "state",
    "archive_versions": "level, raise_at, reserved_at, looked_at, erased_at",
}
"""The columns that the function needs, none of which says anything about a person."""

FIGURES = Function(
    "installation_archive_figures",
    ("moment timestamptz",),
    rows(
        *("doubtful bigint", "changed bigint", "waiting double precision", "compared double precision"),
        *("unarchived bigint", "oldest double precision"),
        *("damaged bigint", "low bigint", "neglected double precision"),
    ),
    """
    select count(*) filter (where doubt is not null),
      count(*) filter (where findings <> '[]'::jsonb and findings <> accepted),
      extract(epoch from moment - min(waiting_since))::float8,
      extract(epoch from moment - min(compared_at))::float8,
      (select coalesce(sum(unarchived), 0)::bigint from archive_completeness),
      (select extract(epoch from moment - min(oldest_at))::float8 from archive_completeness),
      (select count(*) from archive_records where state = 'damaged'),
      (select count(*) from archive_versions where raise_at is not null and level not in ('B-LTA', 'B-B+DTS')
        and reserved_at < moment - interval '24 hours'),
      (select extract(epoch from moment - min(looked_at))::float8 from archive_versions
        where looked_at is not null and erased_at is null)
    from evidence_watches
    """,
)

for _table, _columns in READ.items():
    declare_sql(f"{_table}.figures", f"grant select ({_columns}) on {_table} to {OWNER}")
declare([FIGURES])
