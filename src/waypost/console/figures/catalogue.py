"""The one function that adds up over all organisations: numbers only, asked by `/metrics` and nobody else."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, rows
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import OWNER

READ = {
    "mailboxes": "provider, is_enabled, ingestion_paused_until, last_incremental_sync_at, trouble",
    "quarantine_items": "settled_at",
    "outbound_messages": "state, send_after",
}
"""The columns that the function needs, none of which says anything about a person."""

FIGURES = Function(
    "installation_mail_figures",
    ("moment timestamptz",),
    rows(
        *("lag double precision", "connected bigint", "degraded bigint", "paused bigint", "disabled bigint"),
        *("quarantined bigint", "leaving bigint", "oldest double precision"),
    ),
    """
    with read as (
      select last_incremental_sync_at as looked_at, case when not is_enabled then 'disabled'
        when ingestion_paused_until > moment then 'paused' when trouble is not null then 'degraded' else 'connected'
        end as condition
      from mailboxes where provider <> 'import'
    ), out as (
      select count(*) as leaving, extract(epoch from moment - min(send_after))::float8 as oldest
      from outbound_messages where state in ('held', 'queued', 'sending') and send_after <= moment
    )
    select
      extract(epoch from moment - min(looked_at) filter (where condition in ('connected', 'degraded')))::float8,
      count(*) filter (where condition = 'connected'), count(*) filter (where condition = 'degraded'),
      count(*) filter (where condition = 'paused'), count(*) filter (where condition = 'disabled'),
      (select count(*) from quarantine_items where settled_at is null),
      (select leaving from out), (select oldest from out)
    from read
    """,
)

for _table, _columns in READ.items():
    declare_sql(f"{_table}.figures", f"grant select ({_columns}) on {_table} to {OWNER}")
declare([FIGURES])
