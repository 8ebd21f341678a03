"""The queue's own bookkeeping: writing what became of claimed jobs, each line fenced by the token of its claim."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from waypost.platform.ids import new_id
from waypost.platform.jobs.claim import Claimed
from waypost.platform.jobs.outcome import Outcome

COMPLETE = """
update jobs set status = 'succeeded', last_error = null, fingerprint = null, locked_at = null, locked_by = null,
  lease_token = null, lease_until = null, updated_at = %(now)s
from unnest(%(orgs)s::uuid[], %(ids)s::uuid[], %(tokens)s::uuid[]) done(org_id, id, token)
where jobs.org_id = done.org_id and jobs.id = done.id and jobs.lease_token = done.token and jobs.status = 'running'
returning jobs.id
"""

END = """
with ended as (
  update jobs set status = o.status, run_at = o.run_at, attempts = attempts - o.refund,
    last_error = case when o.ending <> 'later' then coalesce(o.error, last_error) end,
    fingerprint = case when o.ending <> 'later' then coalesce(o.fingerprint, jobs.fingerprint) end,
    locked_at = null, locked_by = null, lease_token = null, lease_until = null, updated_at = %(now)s
  from unnest(%(orgs)s::uuid[], %(ids)s::uuid[], %(tokens)s::uuid[], %(statuses)s::text[], %(run_ats)s::timestamptz[],
    %(refunds)s::int[], %(errors)s::text[], %(fingerprints)s::text[], %(endings)s::text[], %(frames)s::text[],
    %(attempt_ids)s::uuid[], %(started)s::timestamptz[], %(attempts)s::int[], %(replays)s::int[])
    o(org_id, id, token, status, run_at, refund, error, fingerprint, ending, frame, attempt_id, started, attempt,
      replay)
  where jobs.org_id = o.org_id and jobs.id = o.id and jobs.lease_token = o.token and jobs.status = 'running'
    and (not %(lapsed)s or lease_until < %(now)s)
  returning o.*, jobs.type, jobs.queue
), noted as (
  insert into job_attempts (org_id, id, job_id, replay, attempt, outcome, error, frame, started_at, ended_at)
  select org_id, attempt_id, id, replay, attempt, ending, error, frame, started, %(now)s
  from ended where error is not null
), grouped as (
  insert into dead_letter_groups as g (org_id, id, fingerprint, type, queue, error, jobs, removed, first_at, last_at)
  select org_id, (array_agg(attempt_id))[1], fingerprint, type, min(queue), max(error), count(*), 0, %(now)s, %(now)s
  from ended where status = 'dead' and fingerprint is not null group by org_id, fingerprint, type order by 1, 3, 4
  on conflict (org_id, fingerprint, type) do update set jobs = g.jobs + excluded.jobs, queue = excluded.queue,
    error = excluded.error, last_at = excluded.last_at,
    first_at = case when g.jobs = 0 then excluded.first_at else g.first_at end
)
select id from ended
"""


async def complete(engine: AsyncEngine, done: Sequence[Claimed], now: datetime) -> set[UUID]:
    """Mark them succeeded; gives the ids that were still ours. The others' leases were lost: they run once more."""
    return await _write(engine, COMPLETE, keys(done) | {"now": now})


async def end(
    engine: AsyncEngine, outcomes: Sequence[Outcome], now: datetime, *, only_lapsed: bool = False
) -> set[UUID]:
    """Write outcomes and their attempts in a transaction of its own, whatever happened to the handler's.

    Gives the ids that were still ours. `only_lapsed`: for the reaper, which takes nothing whose owner still lives.
    """
    jobs = [outcome.claimed for outcome in outcomes]
    columns: dict[str, Any] = keys(jobs) | {
        "now": now,
        "lapsed": only_lapsed,
        "statuses": [o.status.value for o in outcomes],
        "run_ats": [o.run_at for o in outcomes],
        "refunds": [o.refund for o in outcomes],
        "errors": [o.cause.error if o.cause else None for o in outcomes],
        "fingerprints": [o.cause.fingerprint if o.cause else None for o in outcomes],
        "frames": [o.cause.frame if o.cause else None for o in outcomes],
        "endings": [o.ending.value for o in outcomes],
        "attempt_ids": [new_id() for _ in outcomes],
        "started": [job.claimed_at for job in jobs],
        "attempts": [job.attempt for job in jobs],
        "replays": [job.replay for job in jobs],
    }
    return await _write(engine, END, columns)


def keys(held: Sequence[Claimed]) -> dict[str, Any]:
    """Organisation, id and token of each as PostgreSQL writes arrays: a third of the cost of binding lists of UUIDs."""
    return {
        "orgs": f"{{{','.join([job.org_id.hex for job in held])}}}",
        "ids": f"{{{','.join([job.id.hex for job in held])}}}",
        "tokens": f"{{{','.join([job.token.hex for job in held])}}}",
    }


async def _write(engine: AsyncEngine, statement: str, columns: dict[str, Any]) -> set[UUID]:
    async with engine.connect() as connection:
        return set((await connection.exec_driver_sql(statement, columns)).scalars())
