"""Nouns and facts of Gmail: a consent on its way, a consent that stands, how far a mailbox has been read."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class ConsentAsked(OrgOwned, Base):
    """A person was sent to Google; the answer is taken once, from that person, in their organisation, for a while.

    Of the state only a digest is stored, of the PKCE verifier only what our keys open.
    """

    __tablename__ = "mailbox_oauth_states"
    __table_args__ = (
        UniqueConstraint("org_id", "state_hash"),
        Index("mailbox_oauth_states_age", "org_id", "expires_at"),
    )

    person_id: Mapped[UUID]
    state_hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_verifier: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthCredential(OrgOwned, Base):
    """A consent that stands. The access token is nowhere but in memory: it lives an hour and is easily had again."""

    __tablename__ = "oauth_credentials"
    __table_args__ = (UniqueConstraint("org_id", "provider", "subject"),)

    provider: Mapped[str]
    subject: Mapped[str]
    """The account's address in small letters."""
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sealed_refresh_token: Mapped[bytes] = mapped_column(LargeBinary)
    withdrawn_at: Mapped[datetime | None]
    """Disconnected: Google is told, then the row goes."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class GmailAccount(OrgOwned, Base):
    """How a Gmail mailbox is reached, and how far a reading of everything has come."""

    __tablename__ = "gmail_accounts"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "mailbox_id"], ["mailboxes.org_id", "mailboxes.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["org_id", "credential_id"], ["oauth_credentials.org_id", "oauth_credentials.id"]),
        UniqueConstraint("org_id", "mailbox_id"),
        Index("gmail_one_journal", "org_id", unique=True, postgresql_where="credential_id is not null"),
    )

    mailbox_id: Mapped[UUID]
    credential_id: Mapped[UUID | None]
    """None once it is disconnected."""
    backfill_began_at: Mapped[datetime | None]
    """None unless everything is being read."""
    backfill_page: Mapped[str | None]
    """The provider's token of the page that comes next; None stands for the first one."""
    watch_until: Mapped[datetime | None]
    reconciled_at: Mapped[datetime | None]
    reconciled_gap: Mapped[int | None]
    """How many mails the last comparison found missing; they were brought then."""


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Fact):
    """A mailbox was disconnected; Google is to forget our access."""

    credential_id: UUID


@dataclass(frozen=True, slots=True)
class WatchDue(Fact):
    """Google is to be asked to tell us of new mail."""

    mailbox_id: UUID


@dataclass(frozen=True, slots=True)
class MailboxDisconnected(Fact):
    """An address is no longer read, and we gave up our access to it."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "mailbox_id"

    mailbox_id: UUID


@dataclass(frozen=True, slots=True)
class MailboxReconciled(Fact):
    """A mailbox was compared with ours, message by message."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "mailbox_id"

    mailbox_id: UUID
    gap: int
