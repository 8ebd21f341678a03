"""What a run amounted to, in numbers: from its row and the tables, for every sentence and table that speaks of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from waypost.sourcing.runs.models import Run
from waypost.sourcing.wire.words import FailureType, Outcome, RunState

STALE = timedelta(minutes=2)
"""A running run that was not heard of for so long is silent (sourcing.md 4.9)."""
EXPECTED = frozenset({Outcome.FILTERS_EXHAUSTED, Outcome.LISTING_EMPTY, Outcome.ALL_CACHED})
"""Outcomes that explain by themselves why nothing was read."""
BLOCKED = frozenset({Outcome.SOURCE_HTTP_BLOCKED, Outcome.BLOCKED_BY_SOURCE})
DEGRADED = frozenset({"salvage"})


@dataclass(frozen=True, slots=True)
class Counts:
    """What the tables say of one run's offers."""

    candidates: int = 0
    """Offers of the run."""
    degraded: int = 0
    """Of them, known from the listing alone."""
    relaxed: int = 0
    linked: int = 0
    """In the person's notebook."""
    fresh: int = 0
    """Of those, brought there by this run."""
    strict: int = 0
    """Of those, scored without a violation: what the strict view shows."""
    unscored: int = 0


@dataclass(frozen=True, slots=True)
class Measures:
    """One run in numbers."""

    status: RunState
    outcome: str | None
    listings: int
    """Links that were found."""
    counts: Counts
    failure: str | None
    silent: bool
    """Found something, read nothing, and nothing explains it."""
    heartbeat_age: timedelta | None
    """Of a running one: since it was last heard of."""
    diagnostics: dict[str, Any] = field(default_factory=dict)
    code: str | None = None
    """Of a failed one, where it says more than its reason."""

    @property
    def useful(self) -> int:
        """Offers that a person gets to see at once: matched ones, or all linked ones where nothing is scored."""
        return self.counts.strict + self.counts.unscored

    @property
    def hidden(self) -> int:
        """Linked, but not shown by the strict view."""
        return max(0, self.counts.linked - self.useful)

    @property
    def is_blocked(self) -> bool:
        """The source refused, whatever was read before."""
        return self.outcome in BLOCKED or self.diagnostics.get("resultKind") == "blocked"

    @property
    def is_stale(self) -> bool:
        """It runs, and is silent."""
        return self.heartbeat_age is not None and self.heartbeat_age > STALE


def measured(run: Run, counts: Counts, now: datetime) -> Measures:
    """A run with its offers counted, seen at `now`."""
    listings = max(run.total_found or 0, int_of(run.progress, "jobLinksDiscovered"))
    age = None
    if run.status == RunState.RUNNING:
        age = now - (run.last_heartbeat_at or run.started_at or run.created_at)
    return Measures(
        RunState(run.status),
        run.classified_outcome,
        listings,
        counts,
        failure_of(run.status, run.failure_type, run.error),
        is_silent_failure(run),
        age,
        run.diagnostics,
        run.failure_code,
    )


def is_silent_failure(run: Run) -> bool:
    """COMPLETED, links were there, nothing was read, and no outcome explains it; or the scraper says so (4.9)."""
    if run.diagnostics.get("silentFailure") is True:
        return True
    nothing = bool(run.total_found) and not run.scraped_count
    return run.status == RunState.COMPLETED and nothing and run.classified_outcome not in EXPECTED


def failure_of(status: str, failure_type: str | None, error: str | None) -> str | None:
    """Why a run failed: its typed reason, else the `[type]` its error begins with, else `unknown`."""
    if status != RunState.FAILED:
        return None
    head = (error or "").partition("]")[0].removeprefix("[").strip()
    known = {each.value for each in FailureType}
    return next((each for each in (failure_type, head) if each in known), FailureType.UNKNOWN.value)


def int_of(values: dict[str, Any], key: str) -> int:
    """A count that a scraper told; 0 for anything that is none."""
    value = values.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
