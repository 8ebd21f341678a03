"""A run's end as the pipeline knows it, and its diagnostics under their documented names (sourcing.md 4.8)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from waypost.sourcing.fetching.classifying import Verdict, classify, outcome
from waypost.sourcing.fetching.faults import Fault
from waypost.sourcing.fetching.journey import MOST_NAMED, Journey
from waypost.sourcing.wire.task import Resume
from waypost.sourcing.wire.words import FailureType, Outcome


@dataclass(frozen=True, slots=True)
class Findings:
    """What came of it. The offers themselves were delivered on the way."""

    status: Literal["COMPLETED", "FAILED"]
    outcome: Outcome
    total_found: int
    scraped_count: int
    listing_url: str | None
    diagnostics: dict[str, Any] = field(default_factory=dict)
    resume: Resume | None = None
    """Links that are left for a continuation; None where all were done with."""
    error: str | None = None
    failure_type: FailureType | None = None
    failure_code: str | None = None

    def content(self) -> dict[str, Any]:
        """The fields of a completion that are the pipeline's to say, under their names in `wire.report`."""
        told = {
            "status": self.status,
            "total_found": self.total_found,
            "scraped_count": self.scraped_count,
            "job_count": self.scraped_count,
            "listing_url": self.listing_url,
            "error": self.error,
            "failure_type": self.failure_type,
            "failure_code": self.failure_code,
            "diagnostics": self.diagnostics,
        }
        return {name: value for name, value in told.items() if value is not None}


def concluded(journey: Journey, listing_url: str | None, now: datetime) -> Findings:
    """The end of a run that was carried out."""
    told = journey.judged
    verdict = classify(told)
    came_to = outcome(told, verdict)
    stop = {"budget_reached": "detail_budget_exhausted", "source_degraded": "detail_source_degraded"}
    diagnostics = {
        **_figures(journey, now),
        **_verdict(verdict),
        "classifiedOutcome": came_to.value,
        "stopReason": stop.get(journey.stop, "completed"),
    }
    left = journey.resume if journey.pending or journey.next_listing else None
    return Findings(
        "COMPLETED", came_to, len(journey.links), journey.accepted, listing_url, _left(diagnostics, left), left
    )


def ended_by(fault: Fault, journey: Journey, listing_url: str | None, now: datetime) -> Findings:
    """The end of a run that a fault ended; what it had found until then counts."""
    came_to = Outcome.PARTIAL_SUCCESS if journey.accepted else fault.outcome
    diagnostics = {
        **_figures(journey, now),
        "resultKind": "blocked" if fault.kind in ("blocked", "robots", "resting") else "failed",
        "sourceQuality": "degraded" if journey.accepted else "failed",
        "silentFailure": False,
        "classifiedOutcome": came_to.value,
        "stopReason": fault.stop,
    }
    if fault.reason:
        diagnostics["failureReason"] = fault.reason
    return Findings(
        status="FAILED",
        outcome=came_to,
        total_found=len(journey.links),
        scraped_count=journey.accepted,
        listing_url=listing_url,
        diagnostics=diagnostics,
        error=fault.text,
        failure_type=fault.failure,
        failure_code=fault.code,
    )


def _verdict(verdict: Verdict) -> dict[str, Any]:
    told = {
        "resultKind": verdict.kind,
        "emptyReason": verdict.empty_reason,
        "sourceQuality": verdict.quality,
        "silentFailure": verdict.silent,
    }
    return {name: value for name, value in told.items() if value is not None}


def _left(diagnostics: dict[str, Any], left: Resume | None) -> dict[str, Any]:
    return diagnostics | {"resume": left.written()} if left else diagnostics


def _figures(journey: Journey, now: datetime) -> dict[str, Any]:
    told = journey.judged
    figures: dict[str, Any] = {
        "adapter": journey.adapter,
        "recipeVersion": journey.recipe_version,
        "relaxationTrail": journey.trail,
        "blockedUrls": journey.blocked_urls[:MOST_NAMED],
        "pagesVisited": journey.pages,
        "jobLinksDiscovered": len(journey.links),
        "ignoredRecommendedLinks": journey.recommended,
        "dedupedInRunCount": journey.repeated,
        "uniqueDiscoveredOfferCount": len(journey.links),
        "skippedFreshUrls": journey.cached,
        "blockedPages": len(journey.blocked_urls),
        "blockedRate": told.blocked_rate,
        "detailAttemptedCount": journey.attempted,
        "detailBudget": journey.budget,
        "detailStopReason": journey.stop,
        "acceptedOfferCount": journey.accepted,
        "rejectedOfferCount": journey.rejected.total(),
        "rejectedOfferReasons": dict(journey.rejected),
        "fullDetailOfferCount": journey.full,
        "partialDetailOfferCount": journey.partial,
        "salvagedOfferCount": journey.salvaged,
        **_browser(journey),
        "hadZeroOffersStep": journey.zero,
        "attemptCount": 1 + len(journey.trail),
        "adaptiveDelayApplied": False,
        "finalPolicy": "granted-timeline",
        "stageRetryCounts": {
            "listingHttpRetries": journey.retries["listing"],
            "browserLaunchRetries": journey.retries["browser"],
            "detailFallbacks": journey.drawn,
        },
        "stageMetrics": _stages(journey, now),
    }
    return figures | ({"queryPlan": journey.plan} if journey.plan else {}) | _rest(journey)


def _browser(journey: Journey) -> dict[str, int]:
    """What pages drawn by a browser took of the time that the scraper's settings give a run for them."""
    used = {"browserFallbackCount": journey.drawn, "browserFallbackUsedMs": journey.drawn_ms}
    if journey.drawing_ms is None:
        return used
    left = max(0, journey.drawing_ms - journey.drawn_ms)
    return used | {"browserFallbackBudgetMs": journey.drawing_ms, "browserFallbackRemainingMs": left}


def _rest(journey: Journey) -> dict[str, Any]:
    """Until when the host is left alone, and how many links wait for it."""
    until = {"restUntil": journey.rest_until.isoformat()} if journey.rest_until else {}
    scarcity = {"scarcity": {"wanted": journey.limit, "found": len(journey.links)}}
    return until | (scarcity if len(journey.links) < journey.limit and not journey.before else {})


def _stages(journey: Journey, now: datetime) -> dict[str, Any]:
    whole = round((now - journey.began_at).total_seconds() * 1_000)
    stages = {name: {"durationMs": round(journey.seconds[name] * 1_000)} for name in ("fetch", "parse", "finalize")}
    stages["fetch"] |= {"pages": journey.pages, "detailConcurrency": 1, "batches": journey.attempted, "totalMs": whole}
    return stages
