"""What a scraper says of the way to its offers (sourcing.md 4.8): documented keys, and room for newer ones."""

from typing import Any

from pydantic import ConfigDict

from waypost.sourcing.wire.canonical import canonical
from waypost.sourcing.wire.shape import Document

LARGEST, SMALL = 200_000, 2_000
"""Bytes that are kept of all of it; beyond them, of one value."""
KEYS = frozenset(
    {
        "acceptedOfferCount",
        "adaptiveDelayApplied",
        "artifacts",
        "attemptCount",
        "blockedPages",
        "blockedRate",
        "blockedUrls",
        "browserFallbackBudgetMs",
        "browserFallbackCount",
        "browserFallbackRemainingMs",
        "browserFallbackUsedMs",
        "classifiedOutcome",
        "dedupedInRunCount",
        "detailAttemptedCount",
        "detailBudget",
        "detailStopReason",
        "emptyReason",
        "failureReason",
        "finalPolicy",
        "fullDetailOfferCount",
        "hadZeroOffersStep",
        "ignoredRecommendedLinks",
        "jobLinksDiscovered",
        "pagesVisited",
        "partialDetailOfferCount",
        "queryPlan",
        "rejectedOfferCount",
        "rejectedOfferReasons",
        "relaxationTrail",
        "resultKind",
        "salvagedOfferCount",
        "scarcity",
        "silentFailure",
        "skippedFreshUrls",
        "sourceQuality",
        "stageMetrics",
        "stageRetryCounts",
        "stopReason",
        "uniqueDiscoveredOfferCount",
    }
)


class Diagnostics(Document):
    """What happened on the way; a newer scraper's keys are kept under `extra` and never refused."""

    model_config = ConfigDict(extra="allow")

    def known(self) -> dict[str, Any]:
        """All of it as it was sent."""
        return dict(self.model_extra or {})

    def kept(self) -> dict[str, Any]:
        """As it is stored: documented keys where they belong, all others together under `extra`."""
        sent = self.known()
        before = sent.pop("extra", None)
        extra = before if isinstance(before, dict) else {}
        extra |= {name: value for name, value in sent.items() if name not in KEYS}
        told = {name: value for name, value in sent.items() if name in KEYS} | ({"extra": extra} if extra else {})
        return told if len(canonical(told)) <= LARGEST else _small(told)


def _small(told: dict[str, Any]) -> dict[str, Any]:
    """What is short of it: figures and words, without the long lists."""
    return {name: value for name, value in told.items() if len(canonical(value)) <= SMALL} | {"cut": True}
