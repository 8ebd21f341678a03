"""What the end of a run must fit together in, and what follows from it. Pure (sourcing.md 1.5, 4.8)."""

import re
from dataclasses import dataclass
from typing import Any

from waypost.sourcing.callbacks.callback import unfit
from waypost.sourcing.wire.offer import Offer
from waypost.sourcing.wire.report import Completion
from waypost.sourcing.wire.words import FailureType, Outcome

_PREFIX = re.compile(r"\[(\w+)\]")
BLOCKED = "blocked"
BY_TYPE = {
    FailureType.TIMEOUT: Outcome.WORKER_TIMEOUT,
    FailureType.CALLBACK: Outcome.CALLBACK_REJECTED,
    FailureType.VALIDATION: Outcome.FAILED_VALIDATION,
    FailureType.NETWORK: Outcome.FAILED_NETWORK,
    FailureType.PARSE: Outcome.FAILED_PARSE,
    FailureType.UNKNOWN: Outcome.FAILED_UNKNOWN,
}
QUALITY = {
    Outcome.SUCCESS: "healthy",
    Outcome.ALL_CACHED: "healthy",
    Outcome.FILTERS_EXHAUSTED: "empty",
    Outcome.LISTING_EMPTY: "empty",
}
"""Of a completed run; all others are degraded."""
EMPTY = {
    Outcome.FILTERS_EXHAUSTED: "filters_exhausted",
    Outcome.LISTING_EMPTY: "no_listings",
    Outcome.DETAIL_PARSE_GAP: "detail_parse_gap",
    Outcome.ALL_CACHED: "all_cached",
}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """How a run is classified."""

    outcome: Outcome
    quality: str
    empty_reason: str | None = None
    failure_type: FailureType | None = None


def check(body: Completion) -> None:
    """The documented semantic checks; refuses with `Unfit` (400)."""
    failed = body.status == "FAILED"
    if failed and not (body.error or "").strip():
        raise unfit("error", "a failed run says why")
    if failed and body.jobs:
        raise unfit("jobs", "a failed run brings no offers at its end")
    if not failed and body.error:
        raise unfit("error", "a completed run has no error")
    if None not in (body.scraped_count, body.job_count) and body.scraped_count != body.job_count:
        raise unfit("scrapedCount", "differs from jobCount")
    if body.jobs and body.count != len(body.jobs):
        raise unfit("scrapedCount", "differs from the number of jobs")


def usable(offers: tuple[Offer, ...]) -> list[Offer]:
    """Offers with something to show: a title and a description besides their address."""
    return [offer for offer in offers if offer.title.strip() and offer.description.strip()]


def conclude(body: Completion, offers: int) -> Conclusion:
    """What a run came to; `offers` belong to it, however they arrived."""
    told = body.diagnostics.known() if body.diagnostics else {}
    return _failed(body, told, offers) if body.status == "FAILED" else _completed(body, told, offers)


def failure_of(body: Completion) -> FailureType:
    """As it was said, else from the `[type]` before the error, as old scrapers wrote it."""
    if body.failure_type is not None:
        return body.failure_type
    found = _PREFIX.match(body.error or "")
    return FailureType(found[1]) if found and found[1] in set(FailureType) else FailureType.UNKNOWN


def _failed(body: Completion, told: dict[str, Any], offers: int) -> Conclusion:
    kind = failure_of(body)
    if offers or body.count:
        return Conclusion(Outcome.PARTIAL_SUCCESS, "degraded", None, kind)
    said = _word(told.get("classifiedOutcome")) or _word(told.get("failureReason"))
    return Conclusion(said or BY_TYPE[kind], "failed", None, kind)


def _completed(body: Completion, told: dict[str, Any], offers: int) -> Conclusion:
    outcome = _word(told.get("classifiedOutcome")) or _judged(body, told, max(offers, body.count))
    quality, empty = told.get("sourceQuality"), told.get("emptyReason")
    return Conclusion(
        outcome,
        quality if isinstance(quality, str) else QUALITY.get(outcome, "degraded"),
        empty if isinstance(empty, str) else EMPTY.get(outcome),
    )


def _judged(body: Completion, told: dict[str, Any], offers: int) -> Outcome:
    """Where the scraper itself said nothing."""
    blocked = told.get("resultKind") == BLOCKED
    if offers:
        return Outcome.PARTIAL_SUCCESS if blocked else Outcome.SUCCESS
    if blocked:
        return _word(told.get("failureReason")) or Outcome.BLOCKED_BY_SOURCE
    known = {reason: outcome for outcome, reason in EMPTY.items()}
    links = body.total_found or told.get("jobLinksDiscovered") or 0
    return known.get(str(told.get("emptyReason"))) or (Outcome.DETAIL_PARSE_GAP if links else Outcome.LISTING_EMPTY)


def _word(value: object) -> Outcome | None:
    return Outcome(value) if isinstance(value, str) and value in set(Outcome) else None
