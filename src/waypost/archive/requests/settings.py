"""How stubborn the archive is, under the documented names; those of a queue that is gone are read and mean nothing."""

from datetime import timedelta

from pydantic import Field

from waypost.archive.requests.terms import Terms
from waypost.platform.settings import Group, named


class RequestSettings(Group):
    """The group of requests."""

    retries: int = Field(
        3, ge=0, le=50, validation_alias=named("WORKFLOW_QUEUE_RETRY_MAX_ATTEMPTS", "workflow.queue_retry_max_attempts")
    )
    """How often a run is repeated after a passing failure before it becomes a dead letter."""
    backoff_seconds: float = Field(
        2.0,
        gt=0,
        validation_alias=named("WORKFLOW_QUEUE_RETRY_BACKOFF_SECONDS", "workflow.queue_retry_backoff_seconds"),
    )
    """The first pause; each further one is twice as long."""
    failed_keep_days: int = Field(
        90, ge=0, le=3_650, validation_alias=named("ARCHIVE_FAILED_KEEP_DAYS", "workflow.failed_keep_days")
    )
    """Days after its end for which a request that never became a record keeps what it had read of its case (snapshot,
    files, pages, error text); then that is thrown away, its row stays and says so. 0: for ever."""
    render_seconds: float = Field(600, gt=0, validation_alias=named("PDF_TIMEOUT_SECONDS", "pdf.timeout_seconds"))
    """How long making the pages of one case may take."""
    render_megabytes: int = Field(1_536, ge=256, validation_alias=named("PDF_MEMORY_MB", "pdf.memory_mb"))
    """How much address space it may take; what is really held stays below half of it."""

    def keeps(self) -> timedelta | None:
        """How long requests without a record keep what they had read; None: for ever."""
        return timedelta(days=self.failed_keep_days) if self.failed_keep_days else None

    def terms(self) -> Terms:
        """The same as the pipeline takes it."""
        pause, limit = timedelta(seconds=self.backoff_seconds), timedelta(seconds=self.render_seconds)
        return Terms(self.retries, pause, limit, self.render_megabytes * 1024 * 1024)
