"""The diagnostics of one run (sourcing.md 4.9): what it told, what the tables count, and what follows from both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from waypost.sourcing.reports import queries
from waypost.sourcing.reports.counting import count_of
from waypost.sourcing.reports.measures import Measures, int_of, measured
from waypost.sourcing.reports.queries import Reported
from waypost.sourcing.reports.story import Story, story_of
from waypost.sourcing.reports.transport import Line, browser_of, stages_of, transport_of
from waypost.sourcing.reports.usefulness import Usefulness, productivity_of, usefulness_of
from waypost.sourcing.reports.wire import WATCHED, at
from waypost.sourcing.runs.models import Run

STAGES = {
    "fetch": ("batches", "concurrency", "pages", "blocked", "durationMs"),
    "parse": ("parsed", "salvaged", "durationMs"),
    "finalize": ("accepted", "rejected", "durationMs"),
}
"""Metrics of stages that are zeros where a scraper told none."""
STATS = ("pagesVisited", "jobLinksDiscovered", "blockedPages", "skippedFreshUrls", "dedupedInRunCount", "attemptCount")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that pages and programs say of one run."""

    run: Run
    found: Measures
    story: Story
    usefulness: Usefulness
    lines: list[Line]
    reported: Reported

    def told(self) -> dict[str, Any]:
        """The documented document."""
        run = self.run
        return {
            "runId": str(run.id),
            "traceId": str(run.trace_id),
            "source": run.source_slug,
            "status": run.status,
            "listingUrl": run.listing_url,
            "finalizedAt": at(run.finalized_at or run.completed_at),
            "heartbeatAt": at(run.last_heartbeat_at),
            "callbackAttempts": self.reported.attempts,
            "callbackAcceptedAt": run.progress.get("callbackAcceptedAt") or at(self.reported.accepted_at),
            "reconcileReason": WATCHED if run.closed_by_watchdog else self.reported.watchdog_code,
            "lastEventAt": at(self.reported.last_event_at),
            "progress": run.progress,
            "silentFailure": self.found.silent,
            "story": self.story.told(),
            "usefulness": self.usefulness.told(),
            "executionStages": stages_of(self.lines),
            "diagnostics": self._details(),
        }

    def _details(self) -> dict[str, Any]:
        said = self.run.diagnostics
        return said | {
            "stageMetrics": stage_metrics(said),
            "transportSummary": transport_of(self.lines),
            "browserSummary": browser_of(self.lines),
            "notebookVisibility": {
                "linked": self.found.counts.linked,
                "visibleInStrict": self.found.useful,
                "hiddenByStrict": self.found.hidden,
            },
            "productivity": productivity_of(self.found),
            "productivityBreakdown": {
                "fullDetail": int_of(said, "fullDetailOfferCount"),
                "partialDetail": int_of(said, "partialDetailOfferCount"),
                "salvaged": self.found.counts.degraded,
                "relaxed": self.found.counts.relaxed,
                "rejected": int_of(said, "rejectedOfferCount"),
            },
            "lossReasons": list(self.usefulness.losses),
            "stats": {name: int_of(said, name) or int_of(self.run.progress, name) for name in STATS},
        }


async def diagnosis_of(db: AsyncSession, run: Run, now: datetime) -> Diagnosis:
    """Four questions beside the run itself."""
    found = measured(run, await count_of(db, run.id), now)
    lines, heard = await queries.log_lines(db, run.id), await queries.reported(db, run.id)
    return Diagnosis(run, found, story_of(found), usefulness_of(found), lines, heard)


def stage_metrics(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a scraper measured of its stages, over zeros."""
    given = said.get("stageMetrics")
    stages: dict[str, Any] = given if isinstance(given, dict) else {}
    return {
        stage: dict.fromkeys(names, 0) | (told if isinstance(told := stages.get(stage), dict) else {})
        for stage, names in STAGES.items()
    }
