"""The catalogue's search function. Row security hides LIKE from indexes, so it runs as a role of its own and filters by
organisation itself, first thing."""

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, SEARCH, WORKER

NEWEST = 500
"""Matches looked at, the newest first. What lies further back is found by a narrower question."""
FEW = 4_000
"""As many are fetched through their index and sorted; of more, walking back from the newest finds enough sooner."""
LOOKED_AT = 2_000
"""Of the newest records, to tell how dense the matches are; often they are all that is wanted. A word that many have is
never asked of its index, which would list all of them, and slowly."""
SPARSE = 50
"""One record in so many fits, or fewer: they are found through the index, not by walking further back."""
SPARE = 1.5
"""How much further back than the density says one looks at once: a second look costs as much as the first."""

FUNCTION = f"""
create or replace function search_archive(pattern text)
returns table (record_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare
  o uuid := app_org(); found uuid[]; met bigint; seen bigint; looked bigint := {LOOKED_AT};
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;
  loop
    select array_agg(l.id order by l.at desc, l.id desc) filter (where l.fits), count(l.fits), count(*)
      into found, met, seen
    from (select r.id, r.kept_at as at, case when r.needle like pattern then true end as fits
      from archive_records r where r.org_id = o and r.kept_at is not null
      order by r.kept_at desc, r.id desc limit looked) l;
    exit when met >= {NEWEST} or seen < looked or met * {SPARSE} < seen;
    looked := (looked * {SPARE} * {NEWEST} / met)::bigint;
  end loop;
  if met >= {NEWEST} or seen < looked then
    return query select unnest(found[:{NEWEST}]);
    return;
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
