"""What an operator may say about matching, under the documented names (sourcing.md 5.1)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from waypost.platform.settings import Group
from waypost.sourcing.notebook.terms import NotebookTerms


class NotebookSettings(Group):
    """The group of the notebook."""

    WITHOUT_EFFECT: ClassVar[Mapping[str, str]] = {
        "auto_score_concurrency": "AUTO_SCORE_CONCURRENCY has no effect: linking offers scores them.",
        "auto_score_min_score": "AUTO_SCORE_MIN_SCORE has no effect: a run's offers are linked whatever their score.",
        "auto_score_retry_attempts": "AUTO_SCORE_RETRY_ATTEMPTS has no effect: scoring asks nobody and cannot fail.",
    }

    catalog_rematch_hours: int = Field(72, ge=1, le=8_760, validation_alias="CATALOG_REMATCH_HOURS")
    """Matching from the catalogue takes offers that were seen within so many hours."""
    catalog_rematch_batch_size: int = Field(250, ge=1, le=5_000, validation_alias="CATALOG_REMATCH_BATCH_SIZE")
    """Offers that it reads and scores in one go."""
    catalog_rematch_min_score: int = Field(60, ge=0, le=100, validation_alias="CATALOG_REMATCH_MIN_SCORE")
    """The least score that it links."""
    auto_score_on_ingest: bool = Field(True, validation_alias="AUTO_SCORE_ON_INGEST")
    """Score a run's offers while they are linked; else they wait for "score" or for a change of the profile."""
    auto_score_concurrency: int = Field(1, validation_alias="AUTO_SCORE_CONCURRENCY")
    """Without effect: scoring is part of linking."""
    auto_score_min_score: int = Field(0, validation_alias="AUTO_SCORE_MIN_SCORE")
    """Without effect: a run's offers are always linked."""
    auto_score_retry_attempts: int = Field(2, validation_alias="AUTO_SCORE_RETRY_ATTEMPTS")
    """Without effect: there is nothing to repeat."""

    def terms(self) -> NotebookTerms:
        """The same as the notebook takes it."""
        return NotebookTerms(
            rematch_within=timedelta(hours=self.catalog_rematch_hours),
            rematch_batch=self.catalog_rematch_batch_size,
            rematch_least=self.catalog_rematch_min_score,
            score_on_ingest=self.auto_score_on_ingest,
        )
