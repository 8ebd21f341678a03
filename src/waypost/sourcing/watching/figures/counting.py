"""What is counted, as SQL: each piece gives `(hour, what, word, n)` of rows made between two moments.

A row counts under every word that holds for it, so one scan answers all questions about its table.
"""

from collections.abc import Mapping
from typing import Final

HOUR: Final = "date_bin('1 hour', {at}, timestamptz '2000-01-01 00:00:00+00')"

RUNS: Final[Mapping[str, str]] = {
    "runs": "true",
    "runs.completed": "status = 'COMPLETED'",
    "runs.failed": "status = 'FAILED'",
    "fresh.completed": "origin = 'fresh' and status = 'COMPLETED'",
    "fresh.failed": "origin = 'fresh' and status = 'FAILED'",
    "fresh.unaided": "origin = 'fresh' and status = 'COMPLETED' and not replayed",
    "fresh.empty": "origin = 'fresh' and status = 'COMPLETED' and coalesce(scraped_count, 0) = 0"
    " and coalesce(classified_outcome, '') not in ('filters_exhausted', 'all_cached')",
    "retries": "retry_of_run_id is not null",
    "retries.completed": "retry_of_run_id is not null and status = 'COMPLETED'",
    "retries.failed": "retry_of_run_id is not null and status = 'FAILED'",
    "watchdog": "closed_by_watchdog",
    "degraded": "source_quality in ('degraded', 'failed', 'empty') and origin = 'fresh'",
}
EVENTS: Final[Mapping[str, str]] = {
    "events": "kind = 'complete'",
    "events.completed": "kind = 'complete' and status = 'COMPLETED'",
    "events.failed": "kind = 'complete' and status = 'FAILED'",
    "events.retried": "kind = 'complete' and attempt_no > 1",
    "deliveries": "true",
}
REJECTIONS: Final[Mapping[str, str]] = {
    "deliveries": "true",
    "deliveries.rejected": "true",
    "conflicts": "code = 'CONFLICTING_EVENT_PAYLOAD'",
}
SCHEDULES: Final[Mapping[str, str]] = {"schedule.failed": "event_type = 'schedule_enqueue_failed'"}
OBSERVED: Final[Mapping[str, str]] = {"seen": "true"}
ANSWERS: Final[Mapping[str, str]] = {
    "answers": "total",
    "answers.faults": "faults",
    **{f"answers.within.{at}": f"within[{at}]" for at in range(1, 8)},
}


def _piece(table: str, at: str, word: str, words: Mapping[str, str]) -> str:
    said = ", ".join(f"('{what}', {holds})" for what, holds in words.items())
    return (
        f"select {HOUR.format(at=at)} as hour, said.what, {word} as word, count(*) as n"
        f" from {table} cross join lateral (values {said}) said(what, holds)"
        f" where said.holds and {at} >= {{since}} and {at} < {{until}} group by 1, 2, 3"
    )


def _failures(what: str, key: str) -> str:
    """Words of failed ends; a sender could invent any number of them, so they are cut."""
    word = f"left(payload ->> '{key}', 64)"
    return (
        f"select {HOUR.format(at='received_at')}, '{what}', {word}, count(*) from job_source_callback_events"
        f" where kind = 'complete' and status = 'FAILED' and {word} is not null"
        " and received_at >= {since} and received_at < {until} group by 1, 2, 3"
    )


def _filled() -> str:
    """How often each field of an offer said anything."""
    return (
        f"select {HOUR.format(at='observed_at')}, 'filled.' || field, source, count(*)"
        " from job_offer_source_observations cross join lateral jsonb_array_elements_text(filled) field"
        " where observed_at >= {since} and observed_at < {until} group by 1, 2, 3"
    )


def _added() -> str:
    said = ", ".join(f"('{what}', {number})" for what, number in ANSWERS.items())
    return (
        f"select {HOUR.format(at='minute')}, said.what, doors, sum(said.n)::bigint from answer_minutes"
        f" cross join lateral (values {said}) said(what, n)"
        " where said.n > 0 and minute >= {since} and minute < {until} group by 1, 2, 3"
    )


PIECES: Final = (
    _piece("job_source_runs", "created_at", "source_slug", RUNS),
    _piece("job_source_callback_events", "received_at", "''", EVENTS),
    _piece("job_source_callback_rejections", "created_at", "''", REJECTIONS),
    _failures("failures.type", "failureType"),
    _failures("failures.code", "failureCode"),
    _piece("scrape_schedule_events", "created_at", "''", SCHEDULES),
    _piece("job_offer_source_observations", "observed_at", "source", OBSERVED),
    _filled(),
    _added(),
)


def between(since: str, until: str) -> str:
    """All pieces between two moments, given as SQL (`:since`)."""
    return " union all ".join(f"({piece.format(since=since, until=until)})" for piece in PIECES)
