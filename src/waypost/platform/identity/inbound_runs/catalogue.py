"""Look-ups of runs that are reported from outside: the organisation of an id."""

from waypost.platform.identity.catalogue_sql.function import Function, declare, shut

INBOUND_RUNS = (
    Function(
        "identity_inbound_run",
        ("wanted uuid",),
        "uuid",
        "select org_id from inbound_runs where run_id = wanted",
    ),
    Function(
        "identity_take_run",
        ("wanted uuid", "org uuid", "moment timestamptz"),
        "boolean",
        """
        with taken as (
          insert into inbound_runs (run_id, org_id, created_at)
          select wanted, org, moment where org = app_org()
          on conflict (run_id) do nothing
          returning 1)
        select exists (select from taken)
        """,
        kind="volatile",
    ),
)

shut("inbound_runs")
declare(INBOUND_RUNS)
