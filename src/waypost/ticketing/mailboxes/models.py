"""Nouns and facts of mailboxes: what we read, how far we have read it, and how it is doing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact
from waypost.platform.http.addresses import Trust
from waypost.ticketing.mailboxes.imap_words import Tls


class Purpose(StrEnum):
    """A journal receives copies of everything; a user's mailbox is an inbox of its own; an import was a file."""

    JOURNAL = "journal"
    USER = "user"
    IMPORT = "import"


class Provider(StrEnum):
    """How mail is read."""

    GMAIL = "gmail"
    IMAP = "imap"
    IMPORT = "import"


class Mailbox(OrgOwned, Base):
    """One address we read. What only one provider needs lies in that provider's own table."""

    __tablename__ = "mailboxes"
    __table_args__ = (
        UniqueConstraint("org_id", "provider", "email_address"),
        Index("mailboxes_by_reading", "org_id", "is_enabled", "last_incremental_sync_at"),
    )

    purpose: Mapped[Purpose] = mapped_column(Text)
    provider: Mapped[Provider] = mapped_column(Text)
    email_address: Mapped[str]
    display_name: Mapped[str | None]
    is_enabled: Mapped[bool] = mapped_column(default=True)
    ingestion_paused_until: Mapped[datetime | None]
    ingestion_pause_reason: Mapped[str | None]
    gmail_history_id: Mapped[int | None]
    gmail_profile_email: Mapped[str | None]
    last_incremental_sync_at: Mapped[datetime | None]
    last_full_sync_at: Mapped[datetime | None]
    last_sync_error: Mapped[str | None]
    """A sentence of ours without anything from the mail or the login."""
    trouble: Mapped[str | None]
    """Kind of the refusal behind `last_sync_error` (`login-refused`); None while all is well."""
    failing_since: Mapped[datetime | None]
    news_at: Mapped[datetime | None]
    """When somebody last asked for a look; a look that began before is followed by another at once."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ImapAccount(OrgOwned, Base):
    """How an IMAP mailbox is reached and how far it has been read."""

    __tablename__ = "imap_accounts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "mailbox_id"], ["mailboxes.org_id", "mailboxes.id"], ondelete="CASCADE"),
        UniqueConstraint("org_id", "mailbox_id"),
    )

    mailbox_id: Mapped[UUID]
    host: Mapped[str]
    port: Mapped[int]
    tls: Mapped[Tls] = mapped_column(Text)
    user: Mapped[str] = mapped_column("login")
    sealed_password: Mapped[bytes] = mapped_column(LargeBinary)
    folder: Mapped[str]
    trust: Mapped[Trust] = mapped_column(Text)
    """Who wrote the host down: a tenant's is never followed into a private network."""
    uid_validity: Mapped[int | None]
    last_uid: Mapped[int] = mapped_column(default=0)
    only_after: Mapped[datetime | None]
    """Mail that the server received before this moment is left alone; None reads everything."""
    relist_below: Mapped[int] = mapped_column(default=0)
    """After the server renumbered the folder: mails below this number may be old ones under a new one."""
    watched_by: Mapped[UUID | None]
    watched_until: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class SyncDue(Fact):
    """It is time to look for new mail in a mailbox."""

    mailbox_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class BackfillAsked(Fact):
    """A mailbox is to be compared with ours from its first mail on."""

    mailbox_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class MailboxConnected(Fact):
    """An address is read from now on."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "mailbox_id"

    mailbox_id: UUID


@dataclass(frozen=True, slots=True)
class MailboxPaused(Fact):
    """Reading rests: a person said so, or nothing has worked for a while."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "mailbox_id"

    mailbox_id: UUID
    until: datetime
    by_breaker: bool


@dataclass(frozen=True, slots=True)
class MailboxResumed(Fact):
    """Reading goes on."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "mailbox_id"

    mailbox_id: UUID


@dataclass(frozen=True, slots=True)
class MailboxTroubled(Fact):
    """Reading stopped working, for a reason of the given kind; told once until it works again."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "mailbox_id"

    mailbox_id: UUID
    trouble: str


@dataclass(frozen=True, slots=True)
class MailboxRenumbered(Fact):
    """The server gave all mails new numbers; everything is compared once more."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "mailbox_id"

    mailbox_id: UUID
