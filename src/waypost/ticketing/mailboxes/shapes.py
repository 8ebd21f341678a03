"""What programs read about mailboxes: the documented fields, each always present."""

from datetime import datetime
from typing import Any
from uuid import UUID

from waypost.ticketing.mailboxes.models import Mailbox
from waypost.ticketing.mailboxes.queries import JobCounts, is_paused, lag_seconds


def mailbox(one: Mailbox) -> dict[str, Any]:
    """One line of `GET /mailboxes`."""
    return {
        "id": one.id,
        "purpose": one.purpose,
        "provider": one.provider,
        "email_address": one.email_address,
        "gmail_profile_email": one.gmail_profile_email,
        "is_enabled": one.is_enabled,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def sync_status(one: Mailbox, counts: JobCounts, now: datetime, waits: datetime | None) -> dict[str, Any]:
    """`GET /mailboxes/{id}/sync/status`: how long nobody looked, how long the oldest mail waits for a ticket."""
    return {
        "mailbox_id": one.id,
        "is_enabled": one.is_enabled,
        "paused_until": one.ingestion_paused_until if is_paused(one, now) else None,
        "gmail_history_id": one.gmail_history_id,
        "last_full_sync_at": one.last_full_sync_at,
        "last_incremental_sync_at": one.last_incremental_sync_at,
        "last_sync_error": one.last_sync_error,
        "sync_lag_seconds": lag_seconds(one, now),
        "oldest_unprocessed_seconds": max(0, int((now - waits).total_seconds())) if waits else None,
        "queued_jobs_by_type": counts.queued,
        "running_jobs_by_type": counts.running,
    }


def overview_line(one: Mailbox, counts: JobCounts, now: datetime, waits: datetime | None) -> dict[str, Any]:
    """One item of `GET /ops/mailboxes/sync`."""
    return sync_status(one, counts, now, waits) | {
        "email_address": one.email_address,
        "provider": one.provider,
        "purpose": one.purpose,
        "pause_reason": one.ingestion_pause_reason if is_paused(one, now) else None,
        "failed_jobs_last_24h": counts.failed_last_day,
    }


def job_asked(job_type: str, job_id: UUID | None) -> dict[str, Any]:
    """The answer to asking for a look: `job_id` is null when the same work runs already."""
    return {"job_type": job_type, "job_id": job_id}
