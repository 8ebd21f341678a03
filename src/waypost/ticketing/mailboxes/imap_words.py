"""The words of an IMAP login, and what can be wrong with one. Sentences for people, with nothing personal in them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from waypost.platform.errors import Invalid, Unavailable
from waypost.platform.http.addresses import Network, Trust


class Tls(StrEnum):
    """How the connection is protected."""

    SSL = "ssl"
    STARTTLS = "starttls"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class ImapLogin:
    """Everything needed to open one folder."""

    host: str
    port: int
    tls: Tls
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    trust: Trust = Trust.TENANT


@dataclass(frozen=True, slots=True)
class ImapTerms:
    """What the operator allows, for all mailboxes; times in seconds, sizes in bytes."""

    allowed: Collection[Network] = ()
    ca_file: Path | None = None
    plain_anywhere: bool = False
    timeout: float = 30
    mail_bytes: int = 50 * 1024 * 1024
    """A larger mail is fetched up to one byte more, so that intake refuses it by its own limit and shows it."""
    batch_mails: int = 100
    batch_bytes: int = 16 * 1024 * 1024


class MailServerSilent(Unavailable):
    """The mail server does not answer."""


class MailServerUnclear(Unavailable):
    """The mail server answered something we do not understand."""


class LoginRefused(Invalid):
    """The mail server refused the user name or the password."""


class FolderMissing(Invalid):
    """There is no such folder in this mailbox."""


class CertificateRefused(Invalid):
    """The certificate of the mail server is not trusted."""


class NotEncrypted(Invalid):
    """Without encryption only a server on this machine may be used."""


class NoStartTls(Invalid):
    """The mail server does not offer STARTTLS."""
