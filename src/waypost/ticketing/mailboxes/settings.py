"""What an operator may say about reading mailboxes."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from waypost.platform.http.addresses import Network
from waypost.ticketing.mailboxes.imap_words import ImapTerms


class MailboxSettings(BaseSettings):
    """The mailbox group."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    imap_ca_file: Path | None = Field(default=None, description="Further certificates to trust for mail servers (PEM).")
    imap_allow_plain: bool = Field(default=False, description="Allow IMAP without encryption beyond this machine.")
    imap_timeout_seconds: float = Field(default=30, ge=1, le=600, description="How long a mail server may stay silent.")

    def terms(self, allowed: tuple[Network, ...]) -> ImapTerms:
        """As the client understands them; `allowed` from `ALLOWED_PRIVATE_CIDRS`."""
        return ImapTerms(allowed, self.imap_ca_file, self.imap_allow_plain, self.imap_timeout_seconds)
