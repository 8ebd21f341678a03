"""What an operator may say about records: how often they are looked at, how long exports stay."""

from datetime import timedelta

from pydantic import Field

from waypost.archive.records.diligence import Diligence
from waypost.platform.settings import Group


class RecordsSettings(Group):
    """The records group."""

    archive_verify_days: int = Field(30, ge=1, le=3_650, validation_alias="ARCHIVE_VERIFY_DAYS")
    """Every kept version is looked at whole at least this often."""
    archive_verify_per_minute: int = Field(60, ge=1, le=10_000, validation_alias="ARCHIVE_VERIFY_PER_MINUTE")
    """At most so many of these looks a minute and organisation."""
    archive_export_days: int = Field(7, ge=1, le=365, validation_alias="ARCHIVE_EXPORT_DAYS")
    """How long a finished export for an auditor can be downloaded."""
    archive_export_max_mb: int = Field(20_480, ge=1, le=1_048_576, validation_alias="ARCHIVE_EXPORT_MAX_MB")
    """Megabytes of files that one export may hold; more is refused before it begins."""

    def diligence(self) -> Diligence:
        """As the jobs understand it."""
        return Diligence(
            every=timedelta(days=self.archive_verify_days),
            per_minute=self.archive_verify_per_minute,
            exports_stay=timedelta(days=self.archive_export_days),
            export_bytes=self.archive_export_max_mb * 1_000_000,
        )
