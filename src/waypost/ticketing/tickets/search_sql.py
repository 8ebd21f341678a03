"""The search function. Row security hides `@@` and ILIKE from indexes, so it runs as a role of its own and filters by
organisation itself, first thing."""

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, SEARCH, WORKER

NEWEST = 500
"""Matches looked at: the newest of each kind. What lies further back is found by a narrower question."""
NAMED = 200
"""The same for codes, subjects and requesters that hold a fragment."""
FEW = 4_000
"""As many are fetched through their index and sorted. More are so dense that walking back from the newest is quicker.
The planner cannot tell beforehand which of the two ways is short: inside a `case` it thinks of no index and guesses
nothing, so each way is walked as it is written."""

FUNCTION = f"""
create or replace function search_tickets(words tsquery, fragment text)
returns table (ticket_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare o uuid := app_org(); pattern text := '%' || fragment || '%';
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  return query
    with said as materialized (
      select t.ticket_id as ticket, t.at, t.id from ticket_texts t where t.org_id = o and t.ts @@ words limit {FEW + 1}
    )
    (select ticket from said where (select count(*) from said) <= {FEW} order by at desc, id desc limit {NEWEST})
    union
    (select t.ticket_id from ticket_texts t
     where (select count(*) from said) > {FEW} and t.org_id = o and case when t.ts @@ words then true end
     order by t.at desc, t.id desc limit {NEWEST});
  if fragment <> '' then return query
    with named as materialized (
      select t.id, t.last_activity_at as at from tickets t where t.org_id = o and t.needle like pattern limit {FEW + 1}
    )
    (select id from named where (select count(*) from named) <= {FEW} order by at desc, id desc limit {NAMED})
    union
    (select t.id from tickets t
     where (select count(*) from named) > {FEW} and t.org_id = o and case when t.needle like pattern then true end
     order by t.last_activity_at desc, t.id desc limit {NAMED});
  end if;
end $$
"""

declare_sql("search_tickets", FUNCTION)
declare_sql("search_tickets_create", f"grant create on schema public to {SEARCH}")
declare_sql("search_tickets_owner", f"alter function search_tickets(tsquery, text) owner to {SEARCH}")
declare_sql("search_tickets_no_create", f"revoke create on schema public from {SEARCH}")
declare_sql("search_tickets_private", "revoke all on function search_tickets(tsquery, text) from public")
declare_sql("search_tickets_grant", f"grant execute on function search_tickets(tsquery, text) to {APP}, {WORKER}")
