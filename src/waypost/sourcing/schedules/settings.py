"""The settings of schedules: who may trigger them from outside, and how many at once."""

from pydantic import Field, SecretStr

from waypost.platform.settings import Group
from waypost.sourcing.schedules.terms import ScheduleTerms


class ScheduleSettings(Group):
    """The group of schedules."""

    token: SecretStr | None = Field(None, validation_alias="SCHEDULER_AUTH_TOKEN")
    """Bearer token for `POST /api/job-sources/schedule/trigger`; unset: that address answers 503. An external clock is
    not needed, since the worker looks every minute."""
    batch: int = Field(20, ge=1, le=200, validation_alias="SCHEDULER_TRIGGER_BATCH_SIZE")
    """Schedules that one look triggers, the longest overdue first."""

    def terms(self) -> ScheduleTerms:
        """The same as doors and jobs take it."""
        said = self.token.get_secret_value().strip() if self.token else ""
        return ScheduleTerms(token=said.encode() or None, batch=self.batch)
