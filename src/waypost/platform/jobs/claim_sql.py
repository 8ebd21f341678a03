"""The statements of a claim, for the queue's own role (it alone sees the jobs of all organisations)."""

WINDOW = 200
"""How many ready jobs of one organisation a claim looks at: a crowd that waits for one key must not make it slow."""

ORGANISATIONS = """
with recursive control as (select paused, max_running_per_org from queue_controls where queue = %(queue)s),
later(org_id) as (
  (select org_id from jobs where queue = %(queue)s and status = 'queued' and org_id > %(served)s
   order by org_id limit 1)
  union all
  select (select org_id from jobs where queue = %(queue)s and status = 'queued' and org_id > later.org_id
          order by org_id limit 1)
  from later where org_id is not null
), sooner(org_id) as (
  (select org_id from jobs where queue = %(queue)s and status = 'queued' order by org_id limit 1)
  union all
  select (select org_id from jobs where queue = %(queue)s and status = 'queued' and org_id > sooner.org_id
          order by org_id limit 1)
  from sooner where org_id < %(served)s
), turn as (
  (select org_id from later where org_id is not null limit %(most)s)
  union all
  (select org_id from sooner where org_id <= %(served)s limit %(most)s)
  limit %(most)s
)
select org_id, coalesce(
  (select max_running_per_org from control) - (
    select count(*) from jobs where jobs.org_id = turn.org_id and queue = %(queue)s and status = 'running'
    and exists (select from control where max_running_per_org is not null)),
  1000000)::int as allowed
from turn where not exists (select from control where paused)
"""

_FREE = """
(c.concurrency_key is null or (
  not exists (select from jobs r where r.org_id = c.org_id and r.concurrency_key = c.concurrency_key
              and r.status = 'running')
  and not exists (select from jobs e where e.org_id = c.org_id and e.concurrency_key = c.concurrency_key
                  and e.queue = c.queue and e.status = 'queued' and e.run_at <= %(now)s and e.id < c.id)))
"""

_READY = "c.queue = %(queue)s and c.org_id = o.org_id and c.status = 'queued' and c.run_at <= %(now)s"
_ORDER = "order by c.priority desc, c.run_at, c.id"

_TAKE = """
, taken as (update jobs set status = 'running', attempts = attempts + 1, locked_at = %(now)s, locked_by = %(worker)s,
  lease_token = %(token)s, lease_until = %(until)s, updated_at = %(now)s
from picked where jobs.org_id = picked.org_id and jobs.id = picked.id
returning jobs.*)
select org_id, id, type, queue, attempts, max_attempts, replays, run_at, traceparent, payload
from taken order by priority desc, run_at, id
"""

BY_SHARE = f"""
with picked as materialized (
  select j.org_id, j.id
  from unnest(%(orgs)s::uuid[], %(shares)s::int[]) o(org_id, share)
  cross join lateral (
    select c.org_id, c.id
    from (select org_id, id from jobs c where {_READY} {_ORDER} limit {WINDOW}) near
    join jobs c on c.org_id = near.org_id and c.id = near.id
    where c.status = 'queued' and {_FREE}
    limit o.share for update of c skip locked
  ) j
  limit %(most)s
) {_TAKE}
"""

HEADS_OF_KEYS = f"""
with picked as materialized (
  select j.org_id, j.id
  from unnest(%(orgs)s::uuid[], %(shares)s::int[]) o(org_id, share)
  cross join lateral (
    with recursive keys(key) as (
      (select concurrency_key from jobs where org_id = o.org_id and status = 'queued' and concurrency_key is not null
       order by concurrency_key limit 1)
      union all
      select (select concurrency_key from jobs where org_id = o.org_id and status = 'queued'
              and concurrency_key > keys.key order by concurrency_key limit 1)
      from keys where key is not null
    )
    select c.org_id, c.id from keys cross join lateral (
      select org_id, id from jobs c
      where {_READY} and c.concurrency_key = keys.key order by c.id limit 1
    ) head join jobs c on c.org_id = head.org_id and c.id = head.id
    where c.status = 'queued' and {_FREE}
    limit o.share for update of c skip locked
  ) j
  limit %(most)s
) {_TAKE}
"""

MORE_ALIKE = f"""
with picked as materialized (
  select j.org_id, j.id
  from unnest(%(orgs)s::uuid[], %(types)s::text[], %(shares)s::int[]) o(org_id, type, share)
  cross join lateral (
    select c.org_id, c.id
    from (select org_id, id, type from jobs c where {_READY} {_ORDER} limit {5 * WINDOW}) near
    join jobs c on c.org_id = near.org_id and c.id = near.id
    where near.type = o.type and c.status = 'queued'
    limit o.share for update of c skip locked
  ) j
) {_TAKE}
"""
