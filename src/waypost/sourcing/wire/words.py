"""The documented words of runs and callbacks (sourcing.md 2–4)."""

from enum import StrEnum

SCHEMA_VERSION = "1"
"""Of tasks; another one is refused."""


class RunState(StrEnum):
    """PENDING → RUNNING → COMPLETED or FAILED; PENDING → FAILED; CANCELLED from PENDING and RUNNING."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


TERMINAL = frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED})
NEXT: dict[RunState, frozenset[RunState]] = {
    RunState.PENDING: frozenset({RunState.RUNNING, RunState.FAILED, RunState.CANCELLED}),
    RunState.RUNNING: frozenset({RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED}),
    RunState.COMPLETED: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
}
"""Guarded transitions. One exception, by its own verb: a late result reopens what the watchdog closed (ruling 35)."""


class Phase(StrEnum):
    """What a scraper is doing with a task; `queued` waits for its turn."""

    QUEUED = "queued"
    LISTING_FETCH = "listing_fetch"
    DETAIL_FETCH = "detail_fetch"
    NORMALIZE = "normalize"
    CALLBACK = "callback"


class FailureType(StrEnum):
    """Why a run failed, said where it failed and never guessed from a message."""

    TIMEOUT = "timeout"
    NETWORK = "network"
    VALIDATION = "validation"
    PARSE = "parse"
    CALLBACK = "callback"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What a signed call to the API is."""

    COMPLETE = "complete"
    INGEST = "ingest"
    HEARTBEAT = "heartbeat"


HEARTBEAT_EVENT = "heartbeat"
"""Stands for the event id where a heartbeat is signed: heartbeats have none."""


class Outcome(StrEnum):
    """What a run came to (`classifiedOutcome`, sourcing.md 4.8); every value that a scraper can say is here."""

    SUCCESS = "success"
    PARTIAL_SUCCESS = "partial_success"
    SOURCE_HTTP_BLOCKED = "source_http_blocked"
    BLOCKED_BY_SOURCE = "blocked_by_source"
    FILTERS_EXHAUSTED = "filters_exhausted"
    DETAIL_PARSE_GAP = "detail_parse_gap"
    LISTING_EMPTY = "listing_empty"
    ALL_CACHED = "all_cached"
    CALLBACK_REJECTED = "callback_rejected"
    WORKER_TIMEOUT = "worker_timeout"
    BROWSER_BOOTSTRAP_FAILED = "browser_bootstrap_failed"
    BROWSER_NAVIGATION_FAILED = "browser_navigation_failed"
    FAILED_VALIDATION = "failed:validation"
    FAILED_NETWORK = "failed:network"
    FAILED_PARSE = "failed:parse"
    FAILED_UNKNOWN = "failed:unknown"
