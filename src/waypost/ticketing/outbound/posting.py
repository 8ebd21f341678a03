"""How our mail is marked and when it leaves: what the operator decided, for all organisations."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from waypost.ticketing.messages.markers import Stamps

PATIENCE = timedelta(minutes=5)
"""A try that began longer ago than this has ended, however silent the other side was."""


@dataclass(frozen=True, slots=True)
class Posting:
    """Marks, domains, the base of links, the time of grace."""

    stamps: Stamps
    base_url: str
    message_id_domain: str = ""
    reply_domain: str = ""
    hold: timedelta = timedelta(seconds=10)
    patience: timedelta = PATIENCE

    def message_id(self, oss_message_id: UUID, from_email: str) -> str:
        """The Message-ID of a new mail, with its brackets."""
        return f"<oss-{oss_message_id}@{self.message_id_domain or from_email.rpartition('@')[2]}>"

    def reply_to(self, org: UUID, ticket_code: str) -> str | None:
        """Where answers are to go, when the operator has a domain for them."""
        return self.stamps.address(org, ticket_code, self.reply_domain) if self.reply_domain else None
