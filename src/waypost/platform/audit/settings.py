"""How long the log is kept, as operators say it."""

from datetime import timedelta

from pydantic import Field, field_validator

from waypost.platform.audit.terms import LEAST_DAYS, LogTerm
from waypost.platform.settings import Group


class AuditSettings(Group):
    """The group of the audit log."""

    keep_days: int = Field(0, ge=0, le=36_500, validation_alias="AUDIT_KEEP_DAYS")
    """Days after which entries of the audit log are removed, the oldest first; what goes on proves that nothing else
    is missing. While a legal hold stands anywhere in an organisation, its log stays whole. At least 30; 0: for ever."""

    @field_validator("keep_days")
    @classmethod
    def _long_enough(cls, days: int) -> int:
        if 0 < days < LEAST_DAYS:
            raise ValueError(f"is shorter than {LEAST_DAYS} days, which the database keeps in any case")
        return days

    def term(self) -> LogTerm:
        """As the job reads it."""
        return LogTerm(timedelta(days=self.keep_days) if self.keep_days else None)
