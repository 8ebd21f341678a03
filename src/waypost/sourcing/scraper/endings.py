"""How a task can end, as its report says it: what the pipeline found, or why it found nothing. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from waypost.sourcing.fetching.faults import Fault, OutOfTime
from waypost.sourcing.wire.diagnostics import Diagnostics


@dataclass(frozen=True, slots=True)
class Ending:
    """`outcome` is the scraper's own word, `code` and `status` go into its log, `content` into the report."""

    outcome: str
    code: str
    status: str = "success"
    content: Mapping[str, Any] = field(default_factory=dict)


def failed(fault: Fault, outcome: str = "failed", code: str | None = None) -> Ending:
    """The end of a run that a fault ended."""
    told = {
        "stopReason": fault.stop,
        "classifiedOutcome": fault.outcome.value,
        "resultKind": "failed",
        "sourceQuality": "failed",
        "failureReason": fault.reason,
    }
    content = {
        "status": "FAILED",
        "error": fault.text,
        "failure_type": fault.failure,
        "failure_code": fault.code,
        "diagnostics": diagnostics({name: value for name, value in told.items() if value is not None}),
    }
    return Ending(outcome, code or f"WORKER_{fault.failure.value.upper()}", "failed", content)


def diagnostics(told: Mapping[str, Any]) -> Diagnostics:
    """As they travel."""
    return Diagnostics.model_validate(dict(told))


def broke(error: Exception) -> Ending:
    """Something nobody foresaw; the log has the rest, and no page's words travel."""
    return failed(_Broke(f"an error of the scraper itself ({type(error).__name__})"))


class _Broke(Fault):
    """Something nobody foresaw."""


class _DiedTooOften(Fault):
    """The process died under it, again and again."""

    stop = "scraper_died"


class _Cancelled(Fault):
    """Somebody wished it to stop."""

    stop = "cancelled"


TIMED_OUT = failed(OutOfTime("the task's time is over"), "timed_out", "WORKER_TASK_TIMED_OUT")
DIED_TOO_OFTEN = failed(_DiedTooOften("the scraper died under this task three times"))
CANCELLED = failed(_Cancelled("cancelled by request"), "cancelled", "WORKER_TASK_CANCELLED")
