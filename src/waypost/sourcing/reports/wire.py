"""Runs and their logs under the documented keys."""

from datetime import datetime
from typing import Any

from waypost.sourcing.callbacks.models import CallbackEvent
from waypost.sourcing.reports.measures import Measures, failure_of
from waypost.sourcing.reports.story import story_of
from waypost.sourcing.runs.models import ExecutionEvent, RunEvent

WATCHED = "STALE_HEARTBEAT_OR_CALLBACK"


def run_row(run: Any) -> dict[str, Any]:
    """The row of a run (an entity, or a row of `queries.ROW`)."""
    return {
        "id": str(run.id),
        "source": run.source_slug,
        "userId": _id(run.user_id),
        "careerProfileId": _id(run.career_profile_id),
        "listingUrl": run.listing_url,
        "canonicalListingUrl": run.canonical_listing_url,
        "filters": run.filters,
        "limit": run.wanted,
        "relax": run.relax,
        "origin": run.origin,
        "mode": run.mode,
        "traceId": str(run.trace_id),
        "status": run.status,
        "totalFound": run.total_found,
        "scrapedCount": run.scraped_count,
        "error": run.error,
        "failureType": failure_of(run.status, run.failure_type, run.error),
        "failureCode": run.failure_code,
        "classifiedOutcome": run.classified_outcome,
        "emptyReason": run.empty_reason,
        "sourceQuality": run.source_quality,
        "progress": run.progress,
        "retryOfRunId": _id(run.retry_of_run_id),
        "retryCount": run.retry_count,
        "continuesRunId": _id(run.continues_run_id),
        **_moments(run),
    }


def _moments(run: Any) -> dict[str, Any]:
    return {
        "startedAt": at(run.started_at),
        "lastHeartbeatAt": at(run.last_heartbeat_at),
        "cancelRequestedAt": at(run.cancel_requested_at),
        "lateResultAcceptedAt": at(run.late_result_accepted_at),
        "completedAt": at(run.completed_at),
        "finalizedAt": at(run.finalized_at or run.completed_at),
        "createdAt": at(run.created_at),
    }


def run_item(run: Any, found: Measures) -> dict[str, Any]:
    """A run in the documented list."""
    return run_row(run) | {
        "matchingState": run.progress.get("matchingState"),
        "matchingUpdatedAt": run.progress.get("matchingUpdatedAt"),
        "candidateOffers": found.counts.candidates,
        "matchedOffers": found.useful,
        "linkedNotebookOffers": found.counts.linked,
        "silentFailure": found.silent,
        "usefulOfferCount": found.useful,
        "story": story_of(found).told(),
    }


def event_line(event: RunEvent) -> dict[str, Any]:
    """One line of a run's log."""
    return {
        "id": str(event.id),
        "sourceRunId": str(event.source_run_id),
        "traceId": str(event.trace_id),
        "eventType": event.event_type,
        "severity": event.severity,
        "requestId": event.request_id,
        "phase": event.phase,
        "attemptNo": event.attempt_no,
        "code": event.code,
        "message": event.message,
        "meta": event.meta,
        "createdAt": at(event.created_at),
    }


def execution_line(event: ExecutionEvent) -> dict[str, Any]:
    """One line of the scraper's own log."""
    return {
        "id": str(event.id),
        "sourceRunId": str(event.source_run_id),
        "traceId": _id(event.trace_id),
        "requestId": event.request_id,
        "taskId": event.task_id,
        "stage": event.stage,
        "status": event.status,
        "executionStatus": event.execution_status,
        "code": event.code,
        "message": event.message,
        "leaseToken": event.lease_token,
        "seq": event.seq,
        "meta": event.meta,
        "createdAt": at(event.created_at),
    }


def callback_line(event: CallbackEvent) -> dict[str, Any]:
    """One callback, with the short of what it said."""
    return {
        "id": str(event.id),
        "sourceRunId": str(event.source_run_id),
        "eventId": event.event_id,
        "kind": event.kind,
        "status": event.status,
        "state": event.state,
        "outcomeCode": event.outcome_code,
        "requestId": event.request_id,
        "attemptNo": event.attempt_no,
        "payloadHash": event.payload_hash,
        "payloadSummary": event.payload,
        "repeats": event.repeats,
        "emittedAt": at(event.emitted_at),
        "receivedAt": at(event.received_at),
        "appliedAt": at(event.applied_at),
    }


def at(moment: datetime | None) -> str | None:
    """ISO 8601 with `Z`."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _id(value: Any) -> str | None:
    return str(value) if value else None
