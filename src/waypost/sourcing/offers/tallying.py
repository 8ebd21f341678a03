"""The catalogue counted by source and hour, so that a figure is a sum of some hundred rows (sourcing.md 5.3).

The clock counts anew every five minutes, from indexes alone. As long as a catalogue is small it is counted when
somebody asks.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.platform.rows import insert_rows
from waypost.platform.work import Work
from waypost.sourcing.offers.models import OfferTally

SMALL = 20_000
"""Offers that are counted while one waits."""
LONGEST = timedelta(hours=168)
"""The longest window of a figure; what was seen before it stands under the epoch."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REASONS = ("detail_full", "detail_partial", "listing_salvage", "low_context", "missing_required_fields")
_MIX = ",\n  ".join(f"'{one}', count(*) filter (where quality_reason = '{one}')" for one in REASONS)
_COUNT = text(f"""
select source, case when last_seen_at >= cast(:since as timestamptz) then date_trunc('hour', last_seen_at, 'UTC')
  else cast(:epoch as timestamptz) end as hour, jsonb_build_object(
  'offers', count(*),
  'fresh', count(*) filter (where quality_state = 'ACCEPTED' and not is_expired),
  'expired', count(*) filter (where is_expired),
  'withExpiry', count(*) filter (where expires_at is not null),
  'openEnded', count(*) filter (where expires_at is null and not is_expired),
  'withoutCategory', count(*) filter (where category is null),
  'withoutEmployment', count(*) filter (where employment_type is null),
  'unknownContract', count(*) filter (where unknown_contract),
  {_MIX}) as counts
from job_offers group by 1, 2
union all
select '', date_trunc('hour', last_matched_at, 'UTC'), jsonb_build_object('matched', count(*))
from job_offers where last_matched_at >= cast(:since as timestamptz) group by 1, 2
union all
select '', hour, jsonb_object_agg('via_' || via, found) from (
  select date_trunc('hour', discovered_at, 'UTC') as hour, via, count(*) as found
  from run_offers where discovered_at >= cast(:since as timestamptz) group by 1, 2) joined group by hour
union all
select '', cast(:epoch as timestamptz), jsonb_build_object('redundantAliases',
  coalesce(sum(jsonb_array_length(aliases) - 1), 0)) from offer_companies where jsonb_array_length(aliases) > 1
""")

_SUMS = text("""
select one.key, sum(cast(one.value as bigint)),
  sum(cast(one.value as bigint)) filter (where t.hour >= cast(:since as timestamptz))
from offer_tallies t, lateral jsonb_each_text(t.counts) one group by one.key
""")


async def tally(work: Work) -> int:
    """Count anew and keep it, without zeros; gives the number of rows."""
    rows = await counted(work.db, work.now)
    await work.db.execute(delete(OfferTally))
    made = [{**row, "counts": +Counter(row["counts"]), "counted_at": work.now} for row in rows]
    await insert_rows(work.db, OfferTally, made)
    return len(made)


async def counted(db: AsyncSession, now: datetime) -> list[dict[str, Any]]:
    """`{source, hour, counts}`; an empty source where counts concern the whole catalogue."""
    since = (now - LONGEST).replace(minute=0, second=0, microsecond=0)
    rows = await db.execute(_COUNT, {"since": since, "epoch": EPOCH})
    return _united([dict(row._mapping) for row in rows])


async def tallies(db: AsyncSession, now: datetime) -> tuple[list[dict[str, Any]], datetime]:
    """The same as the clock left it, and when that was; counted now while the catalogue is small. Two statements at
    most."""
    kept = (
        await db.execute(select(OfferTally.source, OfferTally.hour, OfferTally.counts, OfferTally.counted_at))
    ).all()
    if sum(row.counts.get("offers", 0) for row in kept) < SMALL:
        return await counted(db, now), now
    rows = [{"source": row.source, "hour": row.hour, "counts": row.counts} for row in kept]
    return rows, min(row.counted_at for row in kept)


async def sums(db: AsyncSession, now: datetime, since: datetime) -> tuple[Counter[str], Counter[str]]:
    """All counts together, and those of the hours since then; the database adds up what the clock counted. Two
    statements at most."""
    rows = (await db.execute(_SUMS, {"since": since})).all()
    whole = Counter({name: int(every) for name, every, _ in rows})
    if whole["offers"] >= SMALL:
        return whole, Counter({name: int(recent or 0) for name, _, recent in rows})
    found = await counted(db, now)
    return added(found), added(row for row in found if row["hour"] >= since)


def added(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """The counts of these rows together."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row["counts"])
    return total


def _united(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each source and hour."""
    found: dict[tuple[str, datetime], dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault((row["source"], row["hour"]), {**row, "counts": {}})
        one["counts"].update(row["counts"])
    return list(found.values())
