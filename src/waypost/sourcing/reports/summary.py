"""The summary of a person's runs (sourcing.md 4.9): from sums, under the documented keys; kept for half a minute
unless a run moved."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.reports import tallies
from waypost.sourcing.reports.wire import at
from waypost.sourcing.runs.progress import ratio

KEPT_FOR = timedelta(seconds=30)
MOST_KEPT = 1_000
Bucket = Literal["hour", "day"]
Key = tuple[UUID, UUID, int, Bucket, bool]
"""Organisation, person, hours, bucket, with the timeline or without."""
Mark = tuple[Any, ...]
"""What the person's runs looked like (`tallies.mark_of`)."""


@dataclass(slots=True)
class Summaries:
    """What was answered a moment ago in this process, as long as no run has moved since. A part.

    Several web processes never disagree about runs: each asks whether they moved. Only how useful their offers are may
    be half a minute old, and differ for so long.
    """

    _kept: dict[Key, tuple[datetime, Mark, dict[str, Any]]] = field(default_factory=dict)

    def get(self, key: Key, mark: Mark, now: datetime) -> dict[str, Any] | None:
        """The answer while it is fresh."""
        at_, before, told = self._kept.get(key, (None, (), None))
        return told if at_ is not None and before == mark and timedelta(0) <= now - at_ < KEPT_FOR else None

    def put(self, key: Key, mark: Mark, now: datetime, told: dict[str, Any]) -> None:
        """Keep it; the oldest leaves when there are too many."""
        self._kept.pop(key, None)
        self._kept[key] = (now, mark, told)
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]


async def summary_of(
    db: AsyncSession, person: UUID, hours: int, now: datetime, *, bucket: Bucket = "day", timeline: bool = False
) -> dict[str, Any]:
    """Three statements, four with the timeline."""
    since = now - timedelta(hours=hours)
    row, failures, useful = await tallies.of_person(db, person, since)
    told = summary(row, failures, useful) | {"windowHours": hours}
    if timeline:
        found = await tallies.buckets_of(db, person, since, bucket)
        told["timeline"] = [bucket_line(each) for each in found]
    return told


def summary(row: Any, failures: dict[str, int], useful: int) -> dict[str, Any]:
    """The documented document from its sums. What was cancelled neither succeeded nor failed."""
    return {
        "status": {
            name: getattr(row, name) for name in ("total", "pending", "running", "completed", "failed", "cancelled")
        },
        "performance": {
            "avgDurationMs": _whole(row.took),
            "p95DurationMs": _whole(row.slow),
            "avgScrapedCount": _rounded(row.scraped),
            "avgTotalFound": _rounded(row.found),
            "successRate": ratio(row.completed, row.total - row.cancelled),
            "usableRunRate": ratio(row.usable, row.completed + row.failed),
            "avgUsefulOfferCount": ratio(useful, row.completed),
        },
        "failures": failures,
        "outcomes": {
            "silentFailureCount": row.silent,
            "partialSuccessRuns": row.partial,
            "blockedRuns": row.blocked,
        },
        "lifecycle": {
            "reconciledStale": row.reconciled,
            "retriedRuns": row.retried,
            "retryCompleted": row.retry_completed,
            "enqueueSuppressed": row.suppressed,
        },
    }


def bucket_line(row: Any) -> dict[str, Any]:
    """One stretch of the timeline."""
    return {
        "bucketStart": at(row.begins),
        "total": row.total,
        "completed": row.completed,
        "failed": row.failed,
        "avgDurationMs": _whole(row.took),
        "successRate": ratio(row.completed, row.total - row.cancelled),
    }


def _whole(value: Any) -> int | None:
    return None if value is None else round(float(value))


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 4)
