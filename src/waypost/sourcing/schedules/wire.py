"""Schedules as programs read them: the documented keys, and ours beside them."""

from datetime import datetime
from typing import Any

from waypost.sourcing.schedules.models import ScheduleEvent, ScrapeSchedule
from waypost.sourcing.schedules.typed import CRON, LIMIT, SOURCE, ZONE

NONE: dict[str, Any] = {
    "enabled": False,
    "cron": CRON,
    "timezone": ZONE,
    "source": SOURCE,
    "limit": LIMIT,
    "careerProfileId": None,
    "filters": None,
    "lastTriggeredAt": None,
    "nextRunAt": None,
    "lastRunStatus": None,
    "lastSuccessfulScheduledAt": None,
    "lastSuccessfulScheduledRunId": None,
    "lastFailedScheduledAt": None,
}
"""What `GET schedule` says of a person who has none."""

SAID = ("name", "enabled", "cron", "timezone", "source", "limit", "careerProfileId", "filters")
"""What a person says of a schedule."""


def single(schedule: ScrapeSchedule | None) -> dict[str, Any]:
    """The documented form."""
    return dict(NONE) if schedule is None else _documented(schedule)


def named(schedule: ScrapeSchedule) -> dict[str, Any]:
    """One of several."""
    own = {"id": str(schedule.id), "name": schedule.name, "lastRunId": _text(schedule.last_run_id)}
    return own | _documented(schedule)


def standing(schedule: ScrapeSchedule) -> dict[str, Any]:
    """What a schedule says now, by the names of its form."""
    told = named(schedule)
    return {name: told[name] for name in SAID}


def event(line: ScheduleEvent) -> dict[str, Any]:
    """One line of a history."""
    return {
        "id": str(line.id),
        "scheduleId": str(line.schedule_id),
        "sourceRunId": _text(line.source_run_id),
        "traceId": _text(line.trace_id),
        "requestId": line.request_id,
        "eventType": line.event_type,
        "severity": line.severity,
        "code": line.code,
        "message": line.message,
        "meta": line.meta,
        "createdAt": line.created_at.isoformat(),
    }


def _documented(schedule: ScrapeSchedule) -> dict[str, Any]:
    return {
        "enabled": schedule.enabled,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "source": schedule.source,
        "limit": schedule.wanted,
        "careerProfileId": _text(schedule.career_profile_id),
        "filters": schedule.filters or None,
        "lastTriggeredAt": _iso(schedule.last_triggered_at),
        "nextRunAt": _iso(schedule.next_run_at),
        "lastRunStatus": schedule.last_run_status,
        "lastSuccessfulScheduledAt": _iso(schedule.last_successful_at),
        "lastSuccessfulScheduledRunId": _text(schedule.last_successful_run_id),
        "lastFailedScheduledAt": _iso(schedule.last_failed_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _text(value: object) -> str | None:
    return str(value) if value is not None else None
