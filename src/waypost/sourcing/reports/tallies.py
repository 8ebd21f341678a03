"""Runs in sums: a person's last days, and every source of the organisation. A fixed number of statements each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.reports.measures import EXPECTED, STALE
from waypost.sourcing.reports.queries import TYPES

EXPLAINED = ", ".join(f"'{each}'" for each in sorted(EXPECTED))
SILENT = f"""
coalesce(r.diagnostics -> 'silentFailure' = 'true'::jsonb
 or (r.status = 'COMPLETED' and r.total_found > 0 and coalesce(r.scraped_count, 0) = 0
     and coalesce(r.classified_outcome, '') not in ({EXPLAINED})), false)
"""
"""As `measures.is_silent_failure` says it."""
FAILED_BY = f"coalesce(r.failure_type, substring(r.error from '^\\[({TYPES})\\]'), 'unknown')"
ENDED = "r.status in ('COMPLETED', 'FAILED')"
TOOK = (
    "case when r.finalized_at is not null then"
    " extract(epoch from r.finalized_at - coalesce(r.started_at, r.created_at)) * 1000 end"
)
COUNTED = f"""
count(*) as total,
count(*) filter (where r.status = 'PENDING') as pending,
count(*) filter (where r.status = 'RUNNING') as running,
count(*) filter (where r.status = 'COMPLETED') as completed,
count(*) filter (where r.status = 'FAILED') as failed,
count(*) filter (where r.status = 'CANCELLED') as cancelled,
count(*) filter (where r.status = 'COMPLETED' and not {SILENT}) as usable,
count(*) filter (where {SILENT}) as silent,
count(*) filter (where r.classified_outcome = 'partial_success') as partial,
count(*) filter (where r.classified_outcome in ('blocked_by_source', 'source_http_blocked')) as blocked,
avg({TOOK}) filter (where {ENDED}) as took,
avg(r.scraped_count) filter (where r.status = 'COMPLETED') as scraped,
avg(r.total_found) filter (where r.status = 'COMPLETED') as found
"""
MINE = "from job_source_runs r where r.user_id = :person and r.created_at >= :since"

OF_PERSON = text(f"""
select {COUNTED},
  percentile_disc(0.95) within group (order by {TOOK}) filter (where {ENDED}) as slow,
  count(*) filter (where r.closed_by_watchdog) as reconciled,
  count(*) filter (where r.retry_of_run_id is not null) as retried,
  count(*) filter (where r.retry_of_run_id is not null and r.status = 'COMPLETED') as retry_completed,
  count(*) filter (where r.origin <> 'fresh') as suppressed
{MINE}
""")
MARK = text(f"""
select count(*), count(*) filter (where r.status = 'PENDING'), count(*) filter (where r.status = 'RUNNING'),
  count(*) filter (where r.status = 'COMPLETED'), count(*) filter (where r.status = 'FAILED'), max(r.finalized_at)
{MINE}
""")
FAILURES = text(f"select {FAILED_BY} as kind, count(*) as times {MINE} and r.status = 'FAILED' group by 1 order by 1")
USEFUL = text("""
select count(*) from job_source_runs r
join run_offers o on o.run_id = r.id
join user_job_offers u on u.job_offer_id = o.offer_id and u.user_id = r.user_id
where r.user_id = :person and r.created_at >= :since and r.status = 'COMPLETED'
  and (u.match_score is null or u.violations = 0)
""")
BUCKETS = text(f"""
select date_trunc(:bucket, r.created_at, 'UTC') as begins, count(*) as total,
  count(*) filter (where r.status = 'COMPLETED') as completed,
  count(*) filter (where r.status = 'FAILED') as failed,
  count(*) filter (where r.status = 'CANCELLED') as cancelled,
  avg({TOOK}) filter (where {ENDED}) as took
{MINE} group by 1 order by 1
""")
OF_SOURCES = text(f"""
select r.source_slug as source, {COUNTED},
  count(*) filter (where r.status = 'RUNNING'
    and coalesce(r.last_heartbeat_at, r.started_at, r.created_at) < cast(:stale as timestamptz)) as stale,
  max(r.created_at) as last_at,
  max(r.created_at) filter (where r.status = 'COMPLETED' and r.scraped_count > 0) as last_good_at
from job_source_runs r where r.created_at >= :since group by 1 order by 1
""")
KINDS = text(f"""
select r.source_slug as source, v.kind, v.value, count(*) as times
from job_source_runs r, lateral (values
  ('outcome', r.classified_outcome), ('quality', r.source_quality),
  ('failure', case when r.status = 'FAILED' then {FAILED_BY} end)) as v (kind, value)
where r.created_at >= :since and v.value is not null group by 1, 2, 3 order by 1, 2, 3
""")
SAMPLE = 500
COVERAGE = text(f"""
select s.source, count(o.id) as seen,
  count(*) filter (where o.employment_type is null) as without_type,
  count(*) filter (where o.requirements = '[]'::jsonb) as without_requirements,
  count(*) filter (where o.source_company_profile_url is not null) as with_profile,
  count(*) filter (where o.apply_url is not null) as with_apply,
  count(*) filter (where o.expires_at is not null) as with_expiry
from unnest(cast(:sources as text[])) as s (source)
left join lateral (
  select j.* from job_offers j where j.source = s.source and j.last_seen_at >= cast(:since as timestamptz)
  order by j.last_seen_at desc limit {SAMPLE}) as o on true
group by 1 order by 1
""")
"""How well the newest offers of each source are described: at most `SAMPLE` of each are looked at."""


async def mark_of(db: AsyncSession, person: UUID, since: datetime) -> tuple[Any, ...]:
    """What changes whenever a run of theirs begins, moves on or ends: how many stand where, when the last one ended."""
    return tuple((await db.execute(MARK, {"person": person, "since": since})).one())


async def of_person(db: AsyncSession, person: UUID, since: datetime) -> tuple[Any, dict[str, int], int]:
    """Sums, failures by type, and offers of use. Three statements."""
    asked = {"person": person, "since": since}
    row = (await db.execute(OF_PERSON, asked)).one()
    failures = {each.kind: each.times for each in await db.execute(FAILURES, asked)}
    return row, failures, await db.scalar(USEFUL, asked) or 0


async def buckets_of(db: AsyncSession, person: UUID, since: datetime, bucket: str) -> Sequence[Any]:
    """The same by hours or days (UTC), the oldest first."""
    return (await db.execute(BUCKETS, {"person": person, "since": since, "bucket": bucket})).all()


async def of_sources(db: AsyncSession, since: datetime, now: datetime) -> tuple[Sequence[Any], Sequence[Any]]:
    """Sums of each source that was asked since then, and how often each outcome, quality and failure came."""
    rows = (await db.execute(OF_SOURCES, {"since": since, "stale": now - STALE})).all()
    return rows, (await db.execute(KINDS, {"since": since})).all()


async def coverage_of(db: AsyncSession, sources: Sequence[str], since: datetime) -> dict[str, Any]:
    """How well the offers of each source are described."""
    found = await db.execute(COVERAGE, {"sources": list(sources), "since": since})
    return {row.source: row for row in found}
