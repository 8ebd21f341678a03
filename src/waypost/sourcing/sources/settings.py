"""Settings of sources: when scheduled runs of a failing source pause."""

from datetime import timedelta

from pydantic import Field

from waypost.platform.settings import Group
from waypost.sourcing.sources.pausing import PauseTerms


class SourcesSettings(Group):
    """How many of how many runs must fail before a source rests, and for how long."""

    failure_window_runs: int = Field(5, ge=1, le=100, validation_alias="SCRAPE_SOURCE_FAILURE_WINDOW_RUNS")
    """The newest runs of a source that are looked at."""
    failure_threshold: int = Field(3, ge=1, le=100, validation_alias="SCRAPE_SOURCE_FAILURE_THRESHOLD")
    """Failures among them that pause its scheduled runs; runs by hand stay allowed."""
    backoff_minutes: int = Field(30, ge=1, le=1_440, validation_alias="SCRAPE_SOURCE_AUTOMATION_BACKOFF_MINUTES")
    """Minutes after the latest failure until scheduled runs go on."""

    def pauses(self) -> PauseTerms:
        """As verdicts take it."""
        return PauseTerms(self.failure_window_runs, self.failure_threshold, timedelta(minutes=self.backoff_minutes))
