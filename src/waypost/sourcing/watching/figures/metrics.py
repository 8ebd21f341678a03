"""The documented JSON of `/ops/metrics` (sourcing.md 5.3), put together from figures (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from waypost.sourcing.watching.figures.queries import Counts, Scheduled, Standing
from waypost.sourcing.watching.figures.ratios import delivery_failures, four, share

MOST_WORDS = 20
"""Kinds of failures that are told by name."""


@dataclass(frozen=True, slots=True)
class Letters:
    """Dead letters of a window by kind."""

    complete: int
    ingest: int

    @property
    def all(self) -> int:
        """Both kinds."""
        return self.complete + self.ingest


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything that one look brings together."""

    hours: int
    counts: Counts
    now: Standing
    scheduled: Scheduled
    letters: Letters
    offers: Mapping[str, int]
    """Of the catalogue."""
    notebook: Mapping[str, int]
    """Of people's offers and profiles."""


USER_OFFERS = ("totalUserOffers", "unscoredUserOffers", "reminderDeliveryFailures24h")
PROFILES = ("totalProfiles", "pendingProfiles", "failedProfiles")
CATALOG = (
    "freshAcceptedOffers",
    "expiredOffers",
    "offersWithExpiry",
    "activeOffersWithoutExpiry",
    "matchedRecently",
    "offersWithoutCategory",
    "offersWithoutEmploymentType",
    "redundantCompanyAliases",
    "suspiciousContractTypes",
)


def metrics(found: Gathered) -> dict[str, Any]:
    """Every documented key, in the documented order; a ratio of nothing is null."""
    return {
        "windowHours": found.hours,
        "queue": queue(found.now),
        "scrape": scrape(found),
        "offers": {key: found.notebook[key] for key in USER_OFFERS},
        "careerProfiles": {key: found.notebook[key] for key in PROFILES},
        "catalog": {key: found.offers[key] for key in CATALOG},
        "lifecycle": lifecycle(found),
        "callback": callback(found),
        "ingest": {"incrementalDeadLetters24h": found.letters.ingest},
        "scheduler": scheduler(found),
        "alerts": informational(found),
    }


def queue(now: Standing) -> dict[str, int]:
    """Runs that have not ended."""
    return {
        "activeRuns": now.pending + now.running,
        "pendingRuns": now.pending,
        "runningRuns": now.running,
        "runningWithoutHeartbeat": now.silent,
    }


def scrape(found: Gathered) -> dict[str, Any]:
    """Counts of all runs of the window; the rate speaks of fresh runs that have ended."""
    counts = found.counts
    return {
        "totalRuns": counts.of("runs"),
        "completedRuns": counts.of("runs.completed"),
        "failedRuns": counts.of("runs.failed"),
        "successRate": four(counts, found.now)["run_success"].value,
    }


def lifecycle(found: Gathered) -> dict[str, Any]:
    """What the watchdog and people did."""
    return {
        "staleReconciledRuns": found.counts.of("watchdog"),
        "retriesTriggered": found.counts.of("retries"),
        "retrySuccessRate": four(found.counts, found.now)["retry_success"].value,
    }


def callback(found: Gathered) -> dict[str, Any]:
    """Ends of runs as they were reported, and how their delivery went."""
    counts = found.counts
    total, failed = counts.of("events"), counts.of("events.failed")
    return {
        "totalEvents": total,
        "completedEvents": counts.of("events.completed"),
        "failedEvents": failed,
        "failedRate": share(failed, total),
        "retryRate24h": share(counts.of("events.retried"), total),
        "conflictingPayloadEvents24h": counts.of("conflicts"),
        "deadLetters24h": found.letters.all,
        "deliveryFailureRatio": delivery_failures(counts, found.letters.all).value,
        "failuresByType": _named(counts, "failures.type"),
        "failuresByCode": _named(counts, "failures.code"),
    }


def scheduler(found: Gathered) -> dict[str, Any]:
    """The clock."""
    return {
        "lastTriggerAt": _iso(found.scheduled.last_at),
        "dueSchedules": found.scheduled.due,
        "enqueueFailures24h": found.counts.of("schedule.failed"),
    }


def informational(found: Gathered) -> dict[str, bool]:
    """Flags that say "there is some"; they wake nobody."""
    return {
        "staleRuns": bool(found.now.silent or found.counts.of("watchdog")),
        "callbackDeadLetters": bool(found.letters.all),
        "incrementalIngestDeadLetters": bool(found.letters.ingest),
        "sourceDegradation": bool(found.counts.of("degraded")),
        "scheduleEnqueueFailures": bool(found.counts.of("schedule.failed")),
        "reminderDeliveryFailures": bool(found.notebook["reminderDeliveryFailures24h"]),
        "careerProfileGenerationFailures": bool(found.notebook["failedProfiles"]),
    }


def _named(counts: Counts, what: str) -> dict[str, int]:
    return dict(list(counts.words(what).items())[:MOST_WORDS])


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
