"""What somebody wants a run for, and what they are told: the documented answer of every way to enqueue."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.platform.errors import Refusal
from waypost.sourcing.runs.models import Run
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.wire.words import SCHEMA_VERSION

USUAL_LIMIT, MOST = 20, 100
"""Offers that are enough."""
ACCEPTED, REUSED = "accepted", "reused"
SERVED = ("inserted", "totalOffers", "reusedFromRunId", "rematchedFromCatalog")
"""What the answer to a wish that needed no fetch says besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWish:
    """A wish to look at a source; everything may be left out (sourcing.md 1.2)."""

    source: str | None = None
    listing_url: str | None = None
    limit: int = USUAL_LIMIT
    filters: dict[str, Any] | None = None
    career_profile_id: UUID | None = None
    force_refresh: bool = False
    relax: bool = False
    mode: str = "manual"
    """`manual`, `scheduled`, `retry`, `continuation`."""
    request_id: str | None = None
    idempotency_key: str | None = None
    retry_of: Run | None = None
    continues: Run | None = None
    resume: dict[str, Any] | None = None
    person_id: UUID | None = None
    """Whose run it is; None: the actor's."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One way to do without a fetch, and why it served or did not (`reuseDiagnostics`)."""

    attempted: bool = False
    accepted: bool = False
    reason: str | None = None
    """`accepted`, `insufficient-fresh-candidates`, `no-matchable-catalog-offers`, `no-cached-run`,
    `no-cached-offers`."""
    fresh: int = 0
    wanted: int = 0
    offers: int = 0
    of_run: UUID | None = None

    def told(self) -> dict[str, Any]:
        """The documented keys."""
        return {
            "attempted": self.attempted,
            "accepted": self.accepted,
            "reason": self.reason,
            "matchedFreshCandidates": self.fresh,
            "minimumFreshCandidateTarget": self.wanted,
            "totalOffers": self.offers,
            "reusedFromRunId": str(self.of_run) if self.of_run else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueued:
    """A run that was accepted, or served without a fetch. `refused` is to be raised once the work is committed."""

    run: Run
    terms: RunTerms
    status: str = ACCEPTED
    dropped: dict[str, list[Any]] = field(default_factory=dict)
    from_profile: bool = False
    reuse: dict[str, Any] = field(default_factory=dict)
    served: dict[str, Any] = field(default_factory=dict)
    """Only where nothing is fetched: `inserted`, `totalOffers`, `reusedFromRunId`, `rematchedFromCatalog`."""
    warning: str | None = None
    refused: Refusal | None = None

    @property
    def source_run_id(self) -> UUID:
        """The run's id."""
        return self.run.id

    def answer(self) -> dict[str, Any]:
        """The documented JSON."""
        told: dict[str, Any] = {
            "ok": True,
            "sourceRunId": str(self.run.id),
            "traceId": str(self.run.trace_id),
            "status": self.status,
            "provider": self.terms.provider,
            "taskId": str(self.run.id),
            "dedupeKey": self.run.intent_fingerprint,
            "taskSchemaVersion": SCHEMA_VERSION,
            "taskTimeoutMs": _ms(self.terms.task_timeout.total_seconds()),
            "dispatchDeadlineMs": _ms(self.terms.deadline.total_seconds()),
            "leaseExpiresAt": _iso(self.run.created_at + self.terms.deadline),
            "acceptedAt": _iso(self.run.created_at),
            "droppedFilters": self.dropped,
            "acceptedFilters": self.run.filters,
            "intentFingerprint": self.run.intent_fingerprint,
            "resolvedFromProfile": self.from_profile,
            "reuseDiagnostics": self.reuse,
        }
        told |= self.served
        return told | ({"warning": self.warning} if self.warning else {}) | self._retried()

    def _retried(self) -> dict[str, Any]:
        if self.run.retry_of_run_id is None:
            return {}
        return {"retriedFromRunId": str(self.run.retry_of_run_id), "retryCount": self.run.retry_count}


def _ms(seconds: float) -> int:
    return int(seconds * 1_000)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
