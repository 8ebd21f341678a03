"""What an operator may say about mail that leaves."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from waypost.platform.settings import Group
from waypost.ticketing.messages.markers import Stamps
from waypost.ticketing.outbound.addresses import BadAddress, address, is_domain
from waypost.ticketing.outbound.folder import FolderSender
from waypost.ticketing.outbound.posting import Posting
from waypost.ticketing.outbound.sender import NoRelay, Sender
from waypost.ticketing.outbound.smtp import Relay, SmtpSender


class OutboundSettings(Group):
    """The group of outgoing mail."""

    smtp_host: str = Field("", validation_alias="SMTP_HOST")
    """The relay that takes mail of addresses without a mailbox of their own; without one their replies wait."""
    smtp_port: int = Field(587, ge=1, le=65_535, validation_alias="SMTP_PORT")
    """The relay's port."""
    smtp_tls: Literal["starttls", "ssl", "plain"] = Field("starttls", validation_alias="SMTP_TLS")
    """How the connection to the relay is protected: `starttls` is demanded, never only tried."""
    smtp_username: str = Field("", validation_alias="SMTP_USERNAME")
    """Login at the relay; empty: none."""
    smtp_password: SecretStr = Field(SecretStr(""), validation_alias="SMTP_PASSWORD")
    """Its password."""
    smtp_from: str = Field("", validation_alias="SMTP_FROM")
    """In whose name Waypost itself writes: invitations, new passwords. Empty: such links are shown, not mailed."""
    smtp_ca_file: Path | None = Field(None, validation_alias="SMTP_CA_FILE")
    """Further certificates to trust for the relay (PEM)."""
    smtp_timeout_seconds: float = Field(30, ge=1, le=60, validation_alias="SMTP_TIMEOUT_SECONDS")
    """How long the relay may stay silent at each step."""
    mail_folder: Path | None = Field(None, validation_alias="MAIL_FOLDER")
    """For trials: without a relay, mail is put into this folder as `.eml` files and goes nowhere."""
    mail_message_id_domain: str = Field("", validation_alias="MAIL_MESSAGE_ID_DOMAIN")
    """Domain of the Message-IDs we make; empty: the sender's own."""
    mail_reply_domain: str = Field("", validation_alias="MAIL_REPLY_DOMAIN")
    """Domain whose `ticket+…` addresses all reach a mailbox we read; empty: answers go to the sender's address."""
    reply_undo_seconds: int = Field(10, ge=0, le=300, validation_alias="REPLY_UNDO_SECONDS")
    """How long a reply waits so that its writer can take it back."""

    @field_validator("smtp_from")
    @classmethod
    def _an_address(cls, text: str) -> str:
        try:
            return address(text) if text.strip() else ""
        except BadAddress as wrong:
            raise ValueError("is not an e-mail address") from wrong

    @field_validator("mail_message_id_domain", "mail_reply_domain")
    @classmethod
    def _usable(cls, text: str) -> str:
        domain = text.strip().lower()
        if domain and not is_domain(domain):
            raise ValueError("is not a domain name")
        return domain

    def posting(self, stamps: Stamps, base_url: str) -> Posting:
        """How mail is marked and when it leaves; `base_url` stands in the links it carries."""
        hold = timedelta(seconds=self.reply_undo_seconds)
        return Posting(stamps, base_url, self.mail_message_id_domain, self.mail_reply_domain, hold)

    def relay(self) -> Sender:
        """The operator's relay, or what stands there instead."""
        if not self.smtp_host:
            return FolderSender(self.mail_folder) if self.mail_folder else NoRelay()
        password = self.smtp_password.get_secret_value()
        timeout, ca_file = self.smtp_timeout_seconds, self.smtp_ca_file
        login = (self.smtp_username, password)
        return SmtpSender(Relay(self.smtp_host, self.smtp_port, self.smtp_tls, *login, ca_file, timeout))
