"""How long raw mail is kept, as operators say it."""

from datetime import timedelta

from pydantic import Field

from waypost.platform.settings import Group
from waypost.ticketing.intake.retention.terms import RawMailTerm


class RawMailSettings(Group):
    """The group of raw mail."""

    raw_keep_days: int = Field(0, ge=0, le=36_500, validation_alias="MAIL_RAW_KEEP_DAYS")
    """Days after which the bytes of a mail are removed once its ticket is closed or spam, or the mail was dropped or
    dismissed; text, attachments, hashes and size stay. Tickets that the archive must still keep, and those under a
    legal hold, keep theirs. 0: for ever."""

    def term(self) -> RawMailTerm:
        """As the job reads it."""
        return RawMailTerm(timedelta(days=self.raw_keep_days) if self.raw_keep_days else None)
