"""How a source is doing as a preflight tells it: its pause and its last runs (`sourceHealth`, sourcing.md 1.2)."""

from collections import Counter
from typing import Any

from waypost.platform.work import Work
from waypost.sourcing.runs.terms import RunTerms
from waypost.sourcing.sources import queries as sources
from waypost.sourcing.sources.models import Pause, Source
from waypost.sourcing.sources.pausing import pause_of, trigger_of

SAYS = {
    "wait": "Runs by the clock wait; a run by hand is allowed, and may fail the same way.",
    "inspect": "Some of the last runs failed; look at one of them.",
    "scrape": "Nothing stands in the way.",
}


async def health_of(work: Work, source: Source | None, terms: RunTerms) -> dict[str, Any]:
    """The documented keys; quiet values where no source could be resolved."""
    pause = await pause_of(work.db, source, work.now, terms=terms.pauses) if source else None
    runs = await sources.last_runs(work.db, source.key, terms.pauses.window) if source else []
    mix = Counter(code for run in runs if (code := trigger_of(run)))
    return _told(pause, mix, len(runs))


def _told(pause: Pause | None, mix: Counter[str], looked_at: int) -> dict[str, Any]:
    doing = "wait" if pause else "inspect" if mix else "scrape"
    until = pause.until.isoformat() if pause else None
    return {
        "paused": pause is not None,
        "pausedUntil": until,
        "pausedAt": pause.since.isoformat() if pause else None,
        "resumeAt": until,
        "pausedReason": pause.reason if pause else None,
        "recentFailures": mix.total(),
        "windowRuns": looked_at,
        "dominantFailureReasons": [code for code, _ in mix.most_common(3)],
        "failureMix": dict(mix),
        "recommendedAction": doing,
        "guidance": SAYS[doing],
    }
