"""The catalogue's search function. Row security hides `@@` from indexes, so it runs as a role of its own and filters by
organisation itself, first thing.

Answers come newest first by keyset. What many offers match fills its page among the newest, so these are looked at
first; an index of words would read every match before it gives one. Else few matches are fetched through it and
sorted; of many, walking back finds a page sooner. Which of the two it is, is counted: the planner cannot know.
"""

from waypost.platform.schema.declared import declare_sql
from waypost.platform.schema.security import APP, SEARCH, WORKER

FEW, NEAR = 4_000, 2_000
SIGNATURE = "search_offers(text, boolean, text, timestamptz, boolean, text, bigint, timestamptz, uuid, integer)"
_EXACT = """(since is null or o.last_seen_at >= since) and (standing is null or o.is_expired <> standing)
        and (pay is null or o.salary_currency = currency and o.salary_monthly >= pay)"""
_BEFORE = "(before_id is null or ({0}, {1}) < (before_at, before_id))"
_OF_TEXTS = "from job_offer_texts t join job_offers o on o.org_id = t.org_id and o.id = t.offer_id where t.org_id = org"
_ORDERED = "order by t.at desc, t.offer_id desc limit most"

QUESTION = """
create or replace function offer_question(question text, beginning boolean) returns tsquery language plpgsql stable
set search_path = public, pg_temp as $$
declare asked tsquery := websearch_to_tsquery('simple', unaccent(question));
begin
  return case when beginning and asked::text like '%''' then (asked::text || ':*')::tsquery else asked end;
end $$
"""

FUNCTION = f"""
create or replace function search_offers(question text, beginning boolean, marks text, since timestamptz,
  standing boolean, currency text, pay bigint, before_at timestamptz, before_id uuid, most integer)
returns table (offer_id uuid, at timestamptz) language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set enable_seqscan = off set max_parallel_workers_per_gather = 0 as $$
#variable_conflict use_column
declare
  org uuid := app_org();
  asked tsquery := offer_question(question, beginning);
  found integer; recent integer; ids uuid[]; ats timestamptz[];
begin
  if org is null then raise exception 'no organisation' using errcode = '42501'; end if;
  if marks <> '' then asked := asked && marks::tsquery; end if;
  if numnode(asked) > 0 then
    select array_agg(near.offer_id), array_agg(near.at) into ids, ats from
      (select t.offer_id, t.at from
        (select t.org_id, t.offer_id, t.at, t.ts from job_offer_texts t
         where t.org_id = org and {_BEFORE.format("t.at", "t.offer_id")}
         order by t.at desc, t.offer_id desc limit {NEAR}) t
       join job_offers o on o.org_id = t.org_id and o.id = t.offer_id
       where t.ts @@ asked and {_EXACT} order by t.at desc, t.offer_id desc limit most) near;
    if cardinality(ids) = most then
      return query select * from unnest(ids, ats);
      return;
    end if;
    select count(*) into found from
      (select from job_offer_texts t where t.org_id = org and t.ts @@ asked limit {FEW + 1}) one;
    if found <= {FEW} then
      return query with few as materialized
          (select t.offer_id, t.at from job_offer_texts t where t.org_id = org and t.ts @@ asked)
        select t.offer_id, t.at from few t join job_offers o on o.org_id = org and o.id = t.offer_id
        where {_BEFORE.format("t.at", "t.offer_id")} and {_EXACT} {_ORDERED};
      return;
    end if;
  end if;
  if since is not null then
    select count(*) into recent from
      (select from job_offers o where o.org_id = org and o.last_seen_at >= since limit {FEW + 1}) one;
    if recent <= {FEW} then
      return query with few as materialized
          (select o.id, o.first_seen_at from job_offers o where o.org_id = org and {_EXACT})
        select o.id, o.first_seen_at from few o
        where {_BEFORE.format("o.first_seen_at", "o.id")} and (numnode(asked) = 0 or exists
          (select from job_offer_texts t where t.org_id = org and t.offer_id = o.id and t.ts @@ asked))
        order by o.first_seen_at desc, o.id desc limit most;
      return;
    end if;
  end if;
  if numnode(asked) > 0 then
    return query select t.offer_id, t.at {_OF_TEXTS} and {_BEFORE.format("t.at", "t.offer_id")}
      and case when t.ts @@ asked then true end and {_EXACT} {_ORDERED};
  else
    return query select o.id, o.first_seen_at from job_offers o where o.org_id = org
      and {_BEFORE.format("o.first_seen_at", "o.id")} and {_EXACT}
      order by o.first_seen_at desc, o.id desc limit most;
  end if;
end $$
"""

for _table in ("job_offers", "job_offer_source_observations"):
    declare_sql(f"{_table}_texts_as_they_are", f"alter table {_table} alter description set storage external")
"""Packing a text of some kilobytes costs more than all else of taking its offer in."""
declare_sql("offer_question", QUESTION)
declare_sql("search_offers", FUNCTION)
declare_sql("search_offers_create", f"grant /* for search_offers */ create on schema public to {SEARCH}")
declare_sql("search_offers_owner", f"alter function {SIGNATURE} owner to {SEARCH}")
declare_sql("search_offers_no_create", f"revoke /* after search_offers */ create on schema public from {SEARCH}")
declare_sql("search_offers_private", f"revoke all on function {SIGNATURE} from public")
declare_sql("search_offers_grant", f"grant execute on function {SIGNATURE} to {APP}, {WORKER}")
