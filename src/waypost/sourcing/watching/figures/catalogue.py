"""The one function that adds up sourcing over all organisations: numbers only, for `/metrics`."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, rows
from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import OWNER

READ = {
    "job_source_runs": "status, last_heartbeat_at, started_at, created_at",
    "sourcing_counts": "hour, what, count",
    "callback_dead_letters": "state, created_at",
    "ops_alert_states": "state, rule",
}
"""The columns that the function needs, none of which says anything about a person."""

FIGURES = Function(
    "installation_sourcing_figures",
    ("moment timestamptz",),
    rows(
        *("pending bigint", "running bigint", "silent bigint"),
        *("completed bigint", "failed bigint", "retries_completed bigint", "retries_failed bigint"),
        *("ends bigint", "ends_failed bigint", "deliveries bigint", "deliveries_rejected bigint"),
        *("dead bigint", "oldest double precision", "firing bigint"),
    ),
    """
    with live as (
      select count(*) filter (where status = 'PENDING') as pending,
        count(*) filter (where status = 'RUNNING') as running,
        count(*) filter (where status = 'RUNNING'
          and coalesce(last_heartbeat_at, started_at, created_at) < moment - interval '120 seconds') as silent
      from job_source_runs where status in ('PENDING', 'RUNNING')
    ), day as (
      select what, sum(count)::bigint as n from sourcing_counts
      where hour >= moment - interval '24 hours' and what in ('fresh.completed', 'fresh.failed', 'retries.completed',
        'retries.failed', 'events', 'events.failed', 'deliveries', 'deliveries.rejected')
      group by what
    ), named as (
      select coalesce((select n from day where what = 'fresh.completed'), 0) as completed,
        coalesce((select n from day where what = 'fresh.failed'), 0) as failed,
        coalesce((select n from day where what = 'retries.completed'), 0) as retries_completed,
        coalesce((select n from day where what = 'retries.failed'), 0) as retries_failed,
        coalesce((select n from day where what = 'events'), 0) as ends,
        coalesce((select n from day where what = 'events.failed'), 0) as ends_failed,
        coalesce((select n from day where what = 'deliveries'), 0) as deliveries,
        coalesce((select n from day where what = 'deliveries.rejected'), 0) as deliveries_rejected
    ), letters as (
      select count(*) as dead, extract(epoch from moment - min(created_at))::float8 as oldest
      from callback_dead_letters where state = 'pending'
    )
    select live.pending, live.running, live.silent, named.*, letters.dead, letters.oldest,
      (select count(*) from ops_alert_states where state = 'firing')
    from live, named, letters
    """,
)

for _table, _columns in READ.items():
    declare_sql(f"{_table}.watching", f"grant select ({_columns}) on {_table} to {OWNER}")
declare([FIGURES])
