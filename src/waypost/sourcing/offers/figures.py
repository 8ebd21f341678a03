"""Figures of the catalogue: of the documented metrics, and the summary for operators (sourcing.md 1.6, 5.3)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.offers.tallying import REASONS, added, sums, tallies

Rows = Sequence[Mapping[str, Any]]
WAYS = ("detail", "salvage", "cache", "reuse", "rematch")


async def figures(db: AsyncSession, now: datetime, hours: int) -> dict[str, int]:
    """The `catalog` part of the metrics: nine whole numbers. `hours` is the window of what is fresh or was matched."""
    whole, recent = await sums(db, now, _since(now, hours))
    return {
        "freshAcceptedOffers": recent["fresh"],
        "expiredOffers": whole["expired"],
        "offersWithExpiry": whole["withExpiry"],
        "activeOffersWithoutExpiry": whole["openEnded"],
        "matchedRecently": recent["matched"],
        "offersWithoutCategory": whole["withoutCategory"],
        "offersWithoutEmploymentType": whole["withoutEmployment"],
        "redundantCompanyAliases": whole["redundantAliases"],
        "suspiciousContractTypes": whole["unknownContract"],
    }


async def summary(db: AsyncSession, now: datetime, hours: int) -> dict[str, Any]:
    """Totals, freshness, how many of each source name their end, how well they were read; `ways`: how runs found
    them."""
    rows, counted_at = await tallies(db, now)
    sources = sorted({row["source"] for row in rows if row["source"]})
    return {
        "windowHours": hours,
        "countedAt": counted_at.isoformat(),
        "totals": _totals(added(rows)),
        "freshness": _freshness(rows, now, hours),
        "sources": [_source(one, [row for row in rows if row["source"] == one], now, hours) for one in sources],
        "quality": {reason: added(rows)[reason] for reason in REASONS},
        "ways": {via: added(_within(rows, now, hours))[f"via_{via}"] for via in WAYS},
    }


def _totals(counts: Counter[str]) -> dict[str, int]:
    return {
        "offers": counts["offers"],
        "active": counts["offers"] - counts["expired"],
        "expired": counts["expired"],
        "accepted": counts["fresh"],
    }


def _freshness(rows: Rows, now: datetime, hours: int) -> dict[str, int]:
    recent = added(_within(rows, now, hours))
    return {
        "seenInWindow": recent["offers"],
        "freshAcceptedOffers": recent["fresh"],
        "seenInLastDay": added(_within(rows, now, 24))["offers"],
        "matchedRecently": recent["matched"],
    }


def _source(key: str, rows: Rows, now: datetime, hours: int) -> dict[str, Any]:
    counts = added(rows)
    share = round(counts["withExpiry"] / counts["offers"], 4) if counts["offers"] else None
    return {
        "source": key,
        **_totals(counts),
        "freshAcceptedOffers": added(_within(rows, now, hours))["fresh"],
        "withExpiry": counts["withExpiry"],
        "expiryCoverage": share,
        "quality": {reason: counts[reason] for reason in REASONS},
    }


def _within(rows: Rows, now: datetime, hours: int) -> Iterable[Mapping[str, Any]]:
    return (row for row in rows if row["hour"] >= _since(now, hours))


def _since(now: datetime, hours: int) -> datetime:
    """Where a window begins; its first hour counts whole."""
    return (now - timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
