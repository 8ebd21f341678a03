"""When scheduled runs of a source wait: a pure verdict on its last runs and the operator's word (sourcing.md 2.10)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.sources import queries
from waypost.sourcing.sources.models import AutomationState, Pause, Source
from waypost.sourcing.wire.words import FailureType, Outcome, RunState

OVERRIDE = "operator_override"
MIXED = "mixed_failure_cluster"
CLUSTERS = {
    "blocked_by_source": "blocked_cluster",
    "source_http_blocked": "blocked_cluster",
    "detail_parse_gap": "detail_parse_gap_cluster",
    "worker_timeout": "timeout_cluster",
    "network": "network_cluster",
}
"""Trigger code → what a pause by such failures alone is called."""


@dataclass(frozen=True, slots=True)
class PauseTerms:
    """How many of how many runs must fail, and how long the wait is then. A part."""

    window: int = 5
    threshold: int = 3
    backoff: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Word:
    """The operator's word against a pause."""

    at: datetime
    until: datetime | None
    """The pause holds until then; None: it is cleared."""


async def pause_of(
    db: AsyncSession, source: str | Source, now: datetime, *, terms: PauseTerms | None = None
) -> Pause | None:
    """The pause that stands now, None without one. Two questions; nothing is written."""
    key = source if isinstance(source, str) else source.key
    terms = terms or PauseTerms()
    runs = await queries.last_runs(db, key, terms.window)
    state = await queries.automation(db, key)
    return judge([(trigger_of(run), run.finalized_at or run.created_at) for run in runs], word_of(state), terms, now)


async def pauses_of(
    db: AsyncSession, keys: Sequence[str], now: datetime, *, terms: PauseTerms | None = None
) -> dict[str, Pause]:
    """The pauses that stand now, by source; the same two questions for any number of them."""
    terms = terms or PauseTerms()
    states = await queries.automations(db)
    runs: dict[str, list[tuple[str | None, datetime]]] = {key: [] for key in keys}
    for run in await queries.last_runs_of(db, keys, terms.window):
        runs[run.source_slug].append((trigger_of(run), run.finalized_at or run.created_at))
    judged = {key: judge(last, word_of(states.get(key)), terms, now) for key, last in runs.items()}
    return {key: pause for key, pause in judged.items() if pause}


def word_of(state: AutomationState | None) -> Word | None:
    """The operator's word, where one was said."""
    at = state.override_cleared_at if state else None
    return Word(at, state.override_expires_at) if state and at else None


def judge(
    runs: Sequence[tuple[str | None, datetime]], word: Word | None, terms: PauseTerms, now: datetime
) -> Pause | None:
    """`runs` are the last ones: the trigger code of each that failed by one, and when it ended."""
    failed = [(code, at) for code, at in runs if code]
    if len(failed) < terms.threshold:
        return None
    latest = max(at for _, at in failed)
    until, reason = latest + terms.backoff, reason_of(code for code, _ in failed)
    if word and word.at >= latest:
        if word.until is None:
            return None
        until, reason = min(until, word.until), OVERRIDE
    mix = dict(Counter(code for code, _ in failed))
    return Pause(reason, latest, until, len(failed), len(runs), mix) if now < until else None


def reason_of(codes: Iterable[str]) -> str:
    """What failures of these codes are called together."""
    families = {CLUSTERS[code] for code in codes}
    return families.pop() if len(families) == 1 else MIXED


def trigger_of(run: Any) -> str | None:
    """Why a failed run counts against its source; None where it does not (`run` has status, outcome, failure type)."""
    if run.status != RunState.FAILED:
        return None
    if run.classified_outcome in CLUSTERS:
        return str(run.classified_outcome)
    if run.classified_outcome == Outcome.FAILED_NETWORK or run.failure_type == FailureType.NETWORK:
        return "network"
    return "worker_timeout" if run.failure_type == FailureType.TIMEOUT else None
