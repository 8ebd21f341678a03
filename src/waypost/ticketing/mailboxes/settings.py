"""What an operator may say about reading mailboxes."""

from pathlib import Path

from pydantic import Field

from waypost.platform.http.addresses import Network
from waypost.platform.settings import Group
from waypost.ticketing.mailboxes.imap_words import ImapTerms


class MailboxSettings(Group):
    """The mailbox group."""

    imap_ca_file: Path | None = Field(None, validation_alias="IMAP_CA_FILE")
    """Further certificates to trust for mail servers (PEM)."""
    imap_allow_plain: bool = Field(False, validation_alias="IMAP_ALLOW_PLAIN")
    """Allow IMAP without encryption beyond this machine."""
    imap_timeout_seconds: float = Field(30, ge=1, le=600, validation_alias="IMAP_TIMEOUT_SECONDS")
    """How long a mail server may stay silent."""

    def terms(self, allowed: tuple[Network, ...]) -> ImapTerms:
        """As the client understands them; `allowed` from `ALLOWED_PRIVATE_CIDRS`."""
        return ImapTerms(allowed, self.imap_ca_file, self.imap_allow_plain, self.imap_timeout_seconds)
