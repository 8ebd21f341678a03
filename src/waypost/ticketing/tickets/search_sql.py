"""The search function. Row security hides `@@` and ILIKE from indexes, so it runs as a role of its own and filters by
organisation itself, first thing."""

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, SEARCH, WORKER

NEWEST = 500
"""Matches looked at: the newest of each kind. What lies further back is found by a narrower question."""

FUNCTION = f"""
create or replace function search_tickets(words tsquery, fragment text)
returns table (ticket_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare o uuid := app_org();
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  return query
    (select t.ticket_id from ticket_texts t where t.org_id = o and t.ts @@ words
     order by t.at desc, t.id desc limit {NEWEST})
    union
    (select t.id from tickets t where fragment <> '' and t.org_id = o and t.needle like '%' || fragment || '%'
     order by t.last_activity_at desc, t.id desc limit {NEWEST});
end $$
"""

declare_sql("search_tickets", FUNCTION)
declare_sql("search_tickets_create", f"grant create on schema public to {SEARCH}")
declare_sql("search_tickets_owner", f"alter function search_tickets(tsquery, text) owner to {SEARCH}")
declare_sql("search_tickets_no_create", f"revoke create on schema public from {SEARCH}")
declare_sql("search_tickets_private", "revoke all on function search_tickets(tsquery, text) from public")
declare_sql("search_tickets_grant", f"grant execute on function search_tickets(tsquery, text) to {APP}, {WORKER}")
