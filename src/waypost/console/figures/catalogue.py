"""The functions that add up over all organisations: numbers only, asked by `/metrics` and nobody else."""

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

MOST_GROUPS = 20
"""Groups of dead letters that get a figure of their own."""
HOUSE_READ = {
    "mailboxes": "provider, is_enabled, ingestion_paused_until, ingestion_pause_reason, trouble, failing_since",
    "dead_letter_groups": "type, fingerprint, jobs",
    "message_occurrences": "state, updated_at",
}
HOUSE = Function(
    "installation_house_figures",
    ("moment timestamptz",),
    rows(
        *("grants bigint", "grant_age double precision", "breakers bigint"),
        *("backup double precision", "drill double precision", "unread double precision", "dead json"),
    ),
    f"""
    with began as (
      select min(o.created_at) as at, (select at from safekeepings where kind = 'backup') as saved,
        (select at from safekeepings where kind = 'restore-drill') as tried from organizations o
    ), lost as (
      select count(*) as grants, min(failing_since) as since from mailboxes
      where is_enabled and trouble in ('consent-needed', 'login-refused')
    ), largest as (
      select type, fingerprint, sum(jobs)::bigint as jobs from dead_letter_groups where jobs > 0
      group by type, fingerprint order by 3 desc, 2 limit {MOST_GROUPS}
    )
    select lost.grants, extract(epoch from moment - lost.since)::float8,
      (select count(*) from mailboxes where is_enabled and ingestion_paused_until > moment
        and ingestion_pause_reason like '%circuit breaker%'),
      extract(epoch from moment - coalesce(began.saved, began.at))::float8,
      extract(epoch from moment - coalesce(began.tried, began.at))::float8,
      (select extract(epoch from moment - min(updated_at))::float8 from message_occurrences
        where state in ('discovered', 'raw_fetched', 'parsed', 'stitched')),
      (select json_agg(largest) from largest)
    from lost, began
    """,
)

for _table, _columns in HOUSE_READ.items():
    declare_sql(f"{_table}.house_figures", f"grant select ({_columns}) on {_table} to {OWNER}")
for _table, _columns in READ.items():
    declare_sql(f"{_table}.figures", f"grant select ({_columns}) on {_table} to {OWNER}")
declare([FIGURES, HOUSE])
