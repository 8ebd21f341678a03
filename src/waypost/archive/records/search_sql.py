"""The catalogue's search function. Row security hides LIKE from indexes, so it runs as a role of its own and filters by
organisation itself, first thing."""

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, SEARCH, WORKER

NEWEST = 1_000
"""Matches looked at, the newest first. What lies further back is found by a narrower question."""
FEW = 4_000
"""As many are fetched through their index and sorted; of more, walking back from the newest finds enough sooner."""
GLANCE, DENSE = 1_000, 25
"""Of so many of the newest, so many matches: a word that many have. Its index would list all of them, and slowly."""
WALK = 50_000
"""Records looked through, at most, for such a word before its index is asked after all."""

FUNCTION = f"""
create or replace function search_archive(pattern text)
returns table (record_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare
  o uuid := app_org();
  near uuid[];
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  if (select count(*) from
      (select r.needle from archive_records r where r.org_id = o and r.kept_at is not null
       order by r.kept_at desc, r.id desc limit {GLANCE}) newest
      where newest.needle like pattern) >= {DENSE} then
    near := array(select walked.id from
      (select r.id, r.needle from archive_records r where r.org_id = o and r.kept_at is not null
       order by r.kept_at desc, r.id desc limit {WALK}) walked
      where walked.needle like pattern limit {NEWEST});
    if cardinality(near) = {NEWEST} then
      return query select unnest(near);
      return;
    end if;
  end if;
  return query
    with named as materialized (
      select r.id, r.kept_at as at from archive_records r where r.org_id = o and r.needle like pattern limit {FEW + 1}
    )
    (select id from named where (select count(*) from named) <= {FEW} order by at desc, id desc limit {NEWEST})
    union
    (select r.id from archive_records r
     where (select count(*) from named) > {FEW} and r.org_id = o and r.kept_at is not null
       and case when r.needle like pattern then true end
     order by r.kept_at desc, r.id desc limit {NEWEST});
end $$
"""

declare_sql("search_archive", FUNCTION)
declare_sql("search_archive_create", f"grant /* for search_archive */ create on schema public to {SEARCH}")
declare_sql("search_archive_owner", f"alter function search_archive(text) owner to {SEARCH}")
declare_sql("search_archive_no_create", f"revoke /* after search_archive */ create on schema public from {SEARCH}")
declare_sql("search_archive_private", "revoke all on function search_archive(text) from public")
declare_sql("search_archive_grant", f"grant execute on function search_archive(text) to {APP}, {WORKER}")
