"""Questions about figures: sums over a window, and how things stand at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.watching.figures.counting import between
from waypost.sourcing.watching.figures.models import CountedUntil

HOUR = timedelta(hours=1)
FRESH = timedelta(hours=1)
"""Hours younger than this are counted in the rows themselves."""
SILENT_AFTER = timedelta(seconds=120)

SUMMED = text(
    "select what, word, sum(n)::bigint from ("
    " select what, word, count as n from sourcing_counts where hour >= :first and hour < :fresh"
    f" union all select what, word, n from ({between(':since', ':first')}) older"
    f" union all select what, word, n from ({between(':fresh', ':until')}) newer"
    ") counted group by 1, 2"
)
BY_DAY = text(
    "select day, what, sum(n)::bigint from ("
    " select date_trunc('day', hour, 'UTC') as day, what, count as n from sourcing_counts"
    "  where hour >= :first and hour < :fresh"
    f" union all select date_trunc('day', hour, 'UTC'), what, n from ({between(':fresh', ':until')}) newer"
    ") counted group by 1, 2"
)
STANDING = text(
    "select count(*) filter (where status = 'PENDING') as pending,"
    " count(*) filter (where status = 'RUNNING') as running,"
    " count(*) filter (where status = 'RUNNING'"
    "  and coalesce(last_heartbeat_at, started_at, created_at) < :silent) as silent"
    " from job_source_runs where status in ('PENDING', 'RUNNING')"
)
SCHEDULED = text(
    "select max(last_triggered_at) as last, count(*) filter (where enabled and next_run_at <= :now) as due"
    " from scrape_schedules"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums by kind and word."""

    by: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def of(self, what: str, word: str | None = None) -> int:
        """All of a kind, or those of one word."""
        if word is not None:
            return self.by.get((what, word), 0)
        return sum(count for (kind, _word), count in self.by.items() if kind == what)

    def words(self, what: str) -> dict[str, int]:
        """Those of a kind by word, the most frequent first."""
        found = {word: count for (kind, word), count in self.by.items() if kind == what}
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


@dataclass(frozen=True, slots=True)
class Standing:
    """Runs at this moment; `silent` ones run and have not been heard of for two minutes."""

    pending: int
    running: int
    silent: int


@dataclass(frozen=True, slots=True)
class Scheduled:
    """When the clock last started a run, and how many schedules are due."""

    last_at: datetime | None
    due: int


async def counts(db: AsyncSession, since: datetime, until: datetime) -> Counts:
    """Sums over `[since, until)`: whole hours from their counts, the rest from the rows."""
    first = _hour_from(since)
    fresh = await _fresh_from(db, first)
    given = {"since": since, "first": min(first, until), "fresh": fresh, "until": until}
    return Counts({(what, word): n for what, word, n in await db.execute(SUMMED, given)})


async def counts_by_day(db: AsyncSession, since: datetime, until: datetime) -> dict[datetime, Counts]:
    """Sums by day (UTC), the oldest first; days on which nothing happened are missing."""
    first = _hour_from(since)
    given = {"first": first, "fresh": await _fresh_from(db, first), "until": until}
    days: dict[datetime, dict[tuple[str, str], int]] = {}
    for day, what, n in await db.execute(BY_DAY, given):
        days.setdefault(day, {})[what, ""] = n
    return {day: Counts(days[day]) for day in sorted(days)}


async def standing(db: AsyncSession, now: datetime) -> Standing:
    """How many wait, run, and run in silence."""
    row = (await db.execute(STANDING, {"silent": now - SILENT_AFTER})).one()
    return Standing(row.pending, row.running, row.silent)


async def scheduled(db: AsyncSession, now: datetime) -> Scheduled:
    """The clock of this organisation."""
    row = (await db.execute(SCHEDULED, {"now": now})).one()
    return Scheduled(row.last, row.due)


async def counted_until(db: AsyncSession) -> datetime | None:
    """How far the counting came; None before the first time."""
    found: datetime | None = await db.scalar(select(CountedUntil.until_at))
    return found


async def _fresh_from(db: AsyncSession, first: datetime) -> datetime:
    """From here on rows are counted: one hour before the last counting, or everything where nothing was counted."""
    until = await counted_until(db)
    return first if until is None else max(first, hour_of(until) - FRESH)


def hour_of(at: datetime) -> datetime:
    """The hour that a moment lies in."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _hour_from(at: datetime) -> datetime:
    """The first whole hour that begins at or after a moment."""
    hour = hour_of(at)
    return hour if hour == at else hour + HOUR
