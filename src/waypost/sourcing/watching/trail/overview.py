"""The operators' first page for programs: the figures, and the ten newest of everything that went wrong."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError

from waypost.platform.observe.logs import line
from waypost.platform.work import Work

_log = line("waypost.sourcing.watching")

PARTS: Mapping[str, TextClause] = {
    "failedRuns": text(
        'select id, source_slug as source, failure_type as "failureType", failure_code as "failureCode", error,'
        " finalized_at as \"finalizedAt\" from job_source_runs where status = 'FAILED' and created_at >= :since"
        " order by created_at desc, id desc limit 10"
    ),
    "failedCallbackEvents": text(
        'select id, source_run_id as "sourceRunId", event_id as "eventId", attempt_no as "attemptNo",'
        ' payload ->> \'failureType\' as "failureType", received_at as "receivedAt" from job_source_callback_events'
        " where kind = 'complete' and status = 'FAILED' and received_at >= :since"
        " order by received_at desc, id desc limit 10"
    ),
    "apiErrors": text(
        'select id, method, path, status_code as "statusCode", meta ->> \'code\' as "errorCode",'
        ' request_id as "requestId", created_at as "createdAt"'
        " from api_request_events where level = 'error' and created_at >= :since"
        " order by created_at desc, id desc limit 10"
    ),
    "failedScheduleExecutions": text(
        'select id, schedule_id as "scheduleId", code, message, created_at as "createdAt" from scrape_schedule_events'
        " where event_type = 'schedule_enqueue_failed' and created_at >= :since"
        " order by created_at desc, id desc limit 10"
    ),
    "authorizationDenials": text(
        'select id, user_id as "userId", permission, method, path, created_at as "createdAt"'
        " from authorization_events where decision = 'deny' and created_at >= :since"
        " order by created_at desc, id desc limit 10"
    ),
    "profileFailures": text(
        "select id, name, state from search_profiles where state = 'FAILED' order by id desc limit 10"
    ),
    "reminderFailures": text(
        "select id, last_error as error, updated_at as \"updatedAt\" from jobs where type = 'offer_reminders'"
        " and status = 'dead' and updated_at >= :since order by updated_at desc limit 10"
    ),
    "stageFailures": text(
        "select stage, count(*) as failed from scrape_execution_events where status = 'failed' and created_at >= :since"
        " group by stage order by 2 desc limit 20"
    ),
}


async def newest_troubles(work: Work, since: Any) -> dict[str, list[dict[str, Any]]]:
    """Each by its name; one that cannot be asked is empty, and the others stand."""
    return {name: await _asked(work, name, statement, since) for name, statement in PARTS.items()}


async def _asked(work: Work, name: str, statement: TextClause, since: Any) -> list[dict[str, Any]]:
    given = {"since": since} if ":since" in statement.text else {}
    try:
        async with work.db.begin_nested():
            return [dict(row._mapping) for row in await work.db.execute(statement, given)]
    except DBAPIError as error:
        _log.warning("overview.part_missing", part=name, error=type(error).__name__)
        return []
