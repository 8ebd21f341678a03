"""Sources by quality (sourcing.md 4.9, `sources/health`): how their last runs went, and how full their offers are."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.reports import tallies
from waypost.sourcing.reports.wire import at
from waypost.sourcing.runs.progress import ratio
from waypost.sourcing.sources.models import Pause
from waypost.sourcing.sources.pausing import PauseTerms, pauses_of

Kinds = dict[str, dict[str, int]]
"""`outcome`, `quality`, `failure` → value → times."""
FAILING = 0.5


async def quality_of(db: AsyncSession, hours: int, now: datetime, terms: PauseTerms) -> list[dict[str, Any]]:
    """Every source that was asked in the window, by key. Five statements, however many sources."""
    since = now - timedelta(hours=hours)
    rows, lines = await tallies.of_sources(db, since, now)
    keys = [row.source for row in rows]
    coverage = await tallies.coverage_of(db, keys, since)
    pauses = await pauses_of(db, keys, now, terms=terms)
    kinds: defaultdict[str, Kinds] = defaultdict(lambda: {"outcome": {}, "quality": {}, "failure": {}})
    for line in lines:
        kinds[line.source][line.kind][line.value] = line.times
    return [described(row, kinds[row.source], coverage.get(row.source), pauses.get(row.source)) for row in rows]


def described(row: Any, kinds: Kinds, coverage: Any, pause: Pause | None) -> dict[str, Any]:
    """One source under the documented keys."""
    quality = kinds["quality"]
    ended = row.completed + row.failed
    return {
        "source": row.source,
        "runs": {
            name: getattr(row, name) for name in ("total", "pending", "running", "completed", "failed", "cancelled")
        },
        "successRate": ratio(row.completed, row.total - row.cancelled),
        "usableRunRate": ratio(row.usable, ended),
        "avgDurationMs": None if row.took is None else round(float(row.took)),
        "avgScrapedCount": None if row.scraped is None else round(float(row.scraped), 4),
        "failures": kinds["failure"],
        "failureMix": kinds["failure"],
        "staleHeartbeatRuns": row.stale,
        "silentFailures": row.silent,
        "degradedRuns": quality.get("degraded", 0),
        "emptyRuns": quality.get("empty", 0),
        "failedQualityRuns": quality.get("failed", 0),
        "outcomes": kinds["outcome"],
        "coverage": covered(coverage),
        "pause": paused(pause),
        "lastRunAt": at(row.last_at),
        "lastYieldAt": at(row.last_good_at),
        "recommendedAction": advice(row, kinds, pause),
    }


def covered(row: Any) -> dict[str, Any]:
    """Shares of the newest offers; None of none."""
    seen = row.seen if row else 0
    named = {
        "missingEmploymentTypeRate": "without_type",
        "emptyRequirementsRate": "without_requirements",
        "companyProfileUrlRate": "with_profile",
        "applyUrlRate": "with_apply",
        "expiryRate": "with_expiry",
    }
    return {"observed": seen} | {name: ratio(getattr(row, key), seen) if row else None for name, key in named.items()}


def paused(pause: Pause | None) -> dict[str, Any] | None:
    """A pause under the keys that `preflight` uses too."""
    if pause is None:
        return None
    told: Mapping[str, Any] = {
        "paused": True,
        "pausedAt": at(pause.since),
        "pausedUntil": at(pause.until),
        "resumeAt": at(pause.until),
        "pausedReason": pause.reason,
        "recentFailures": pause.failures,
        "windowRuns": pause.looked_at,
        "failureMix": pause.mix,
    }
    return dict(told)


def advice(row: Any, kinds: Kinds, pause: Pause | None) -> str | None:
    """`wait`, `inspect`, `retry`, `rematch`, or None where all is well."""
    if pause is not None:
        return "wait"
    if row.silent or kinds["outcome"].get("detail_parse_gap") or kinds["failure"].get("parse"):
        return "inspect"
    ended = row.completed + row.failed
    if ended and row.failed / ended >= FAILING:
        return "retry"
    return "rematch" if row.completed and not row.scraped else None
