"""The search function. Row security hides `@@` and ILIKE from indexes, so it runs as a role of its own and filters by
organisation itself, first thing."""

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, SEARCH, WORKER

NEWEST = 500
"""Matches looked at: the newest of each kind. What lies further back is found by a narrower question."""
NAMED = 200
"""The same for codes, subjects and requesters that hold a fragment."""
LOOKED_AT = 2_000
"""Of the newest rows, to tell how dense the matches are; for many questions they are all that is wanted. The planner
cannot tell it beforehand: inside a `case` it thinks of no index and guesses nothing, so each way is walked as it is
written."""
SPARSE = 10
SPARSE_NAMED = 50
"""One row in so many fits, or fewer: the newest are found through the indexes, if walking further back is slow."""
WALK = 0.06
"""Seconds that walking back may take, by the pace of the first look. Texts that lie in the order in which they came
are passed by at a microsecond each; the index of words reads every text that has a common beginning, however old.
"""
RARE = 8
"""Matches among those rows; fewer are fetched through their index and sorted, if there are no more than `FEW`."""
FEW = 8_000
FEW_NAMED = 10_000
"""The same for fragments; where there are more, walking back from the newest to `NAMED` of them is quicker."""
SPARE = 3.0
"""Standard errors of the density by which one looks further back at once: a second look costs as much as the first."""
SAMPLE = 20
"""Pages that tell what share of all texts is the organisation's."""
LARGE = 0.1
"""From this share on it is left out of the question to the index of words, which would read the list of all its texts
to meet them with those of the word; a smaller one is what the index reads first and skips by."""

MORE = f"(1 + {SPARE} / sqrt(met))"
MINE = "(large or t.org_id = o) and t.org_id is not distinct from o"
"""The plan is made with `large` as it is, so one of the two remains; what follows keeps others' texts out in any case
and is no condition that an index knows."""
SINCE = "uuid_hash_extended(t.org_id, 0) = uuid_hash_extended(o, 0) and t.at >= since"
"""As the index `ticket_texts_since` has it. The planner never joins two indexes that both answer `org_id = o`; this one
says it in other words, so the newest rows and those with the word meet before any row is fetched."""


DEFINITION = f"""
create or replace function search_tickets(words tsquery, fragment text)
returns table (ticket_id uuid) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan set work_mem = '32MB'
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
declare o uuid := app_org(); pattern text := '%' || fragment || '%';
  found uuid[]; met bigint; seen bigint; newest timestamptz; since timestamptz; oldest timestamptz;
  looked bigint := {LOOKED_AT}; further bigint; begun timestamptz; large boolean := false;
begin
  if o is null then raise exception 'no organisation' using errcode = '42501'; end if;

  loop
    begun := clock_timestamp();
    select array_agg(l.ticket order by l.at desc, l.id desc) filter (where l.fits), count(l.fits), count(*), max(l.at),
      min(l.at) into found, met, seen, newest, since
    from (select t.ticket_id as ticket, t.at, t.id, case when t.ts @@ words then true end as fits
      from ticket_texts t where t.org_id = o order by t.at desc, t.id desc limit looked) l;
    exit when met >= {NEWEST} or seen < looked or met < {RARE};
    further := (looked * {MORE} * {NEWEST} / met)::bigint;
    exit when met * {SPARSE} < seen and extract(epoch from clock_timestamp() - begun) * further / seen > {{walk}};
    looked := further;
  end loop;
  if met < {NEWEST} and seen = looked then
    select coalesce(avg((t.org_id = o)::int) > {{large}}, false) into large
    from ticket_texts t tablesample system ((
      select least(100, {SAMPLE} * 100.0 / greatest(relpages, 1)) from pg_class where oid = 'ticket_texts'::regclass));
    if met < {RARE} then
      with said as materialized (
        select t.ticket_id as ticket, t.at, t.id from ticket_texts t
        where {MINE} and t.ts @@ words limit {{few}} + 1
      )
      select array_agg(said.ticket order by said.at desc, said.id desc), count(*) into found, seen from said;
    end if;
    if met >= {RARE} or seen > {{few}} then
      select t.at into oldest from ticket_texts t where t.org_id = o order by t.at, t.id limit 1;
      met := greatest(met, {RARE});
      loop
        since := newest - least(newest - oldest + interval '1 day',
          greatest(newest - since, interval '1 second') * {MORE} * {NEWEST} / met);
        with said as materialized (
          select t.ticket_id as ticket, t.at, t.id from ticket_texts t
          where {MINE} and t.ts @@ words and {SINCE}
        )
        select array_agg(l.ticket order by l.at desc, l.id desc), count(*) into found, met
        from (select * from said order by said.at desc, said.id desc limit {NEWEST}) l;
        exit when met >= {NEWEST} or since < oldest;
        met := greatest(met, {RARE});
      end loop;
    end if;
  end if;
  return query select distinct unnest(found[:{NEWEST}]);

  if fragment <> '' then
    looked := {LOOKED_AT};
    loop
      select array_agg(l.id order by l.at desc, l.id desc) filter (where l.fits), count(l.fits), count(*)
        into found, met, seen
      from (select t.id, t.last_activity_at as at, case when t.needle like pattern then true end as fits
        from tickets t where t.org_id = o order by t.last_activity_at desc, t.id desc limit looked) l;
      exit when met >= {NAMED} or seen < looked or met * {SPARSE_NAMED} < seen;
      looked := (looked * {MORE} * {NAMED} / met)::bigint;
    end loop;
    if met < {NAMED} and seen = looked then return query
      with named as materialized (
        select t.id, t.last_activity_at as at from tickets t
        where t.org_id = o and t.needle like pattern limit {FEW_NAMED + 1}
      )
      (select id from named where (select count(*) from named) <= {FEW_NAMED} order by at desc, id desc limit {NAMED})
      union
      (select t.id from tickets t
       where (select count(*) from named) > {FEW_NAMED} and t.org_id = o
         and case when t.needle like pattern then true end
       order by t.last_activity_at desc, t.id desc limit {NAMED});
    else return query select unnest(found[:{NAMED}]);
    end if;
  end if;
end $$
"""


def function(*, walk: float = WALK, large: float = LARGE, few: int = FEW) -> str:
    """The definition with its thresholds; tests ask for others, so that small tables are walked in every way."""
    return DEFINITION.format(walk=walk, large=large, few=few)


FUNCTION = function()

declare_sql("search_tickets", FUNCTION)
declare_sql("search_tickets_create", f"grant create on schema public to {SEARCH}")
declare_sql("search_tickets_owner", f"alter function search_tickets(tsquery, text) owner to {SEARCH}")
declare_sql("search_tickets_no_create", f"revoke create on schema public from {SEARCH}")
declare_sql("search_tickets_private", "revoke all on function search_tickets(tsquery, text) from public")
declare_sql("search_tickets_grant", f"grant execute on function search_tickets(tsquery, text) to {APP}, {WORKER}")
