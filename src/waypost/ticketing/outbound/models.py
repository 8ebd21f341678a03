"""Nouns and facts of what leaves: whom we send as, and what became of each message."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from waypost.platform.db import Base, OrgOwned
from waypost.platform.facts import Fact


class IdentityStatus(StrEnum):
    """Whether somebody who reads this address has said that we may use it."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"


class Sending(StrEnum):
    """Where an outgoing message stands. `unknown`: it may have left, and nobody has told us; never repeated by itself.

    held → queued → sending → sent | failed | unknown; sending → queued when it surely did not leave; held → cancelled.
    """

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


WAITING = frozenset({Sending.HELD, Sending.QUEUED})
"""Not handed over yet."""


class SendIdentity(OrgOwned, Base):
    """An address we send as. Without a mailbox of its own its mail leaves by the operator's relay."""

    __tablename__ = "send_identities"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "mailbox_id"], ["mailboxes.org_id", "mailboxes.id"], ondelete="SET NULL (mailbox_id)"
        ),
        UniqueConstraint("org_id", "from_email"),
    )

    mailbox_id: Mapped[UUID | None]
    from_email: Mapped[str]
    from_name: Mapped[str | None]
    status: Mapped[IdentityStatus] = mapped_column(Text, default=IdentityStatus.PENDING)
    is_enabled: Mapped[bool] = mapped_column(default=True)
    signature: Mapped[str] = mapped_column(default="")
    """Text below every reply, as its owner wrote it; may be empty."""
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of the newest verification link; earlier ones are void."""
    link_sent_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Outgoing(OrgOwned, Base):
    """A message on its way out: its durable state, written before and after every call to the outside."""

    __tablename__ = "outbound_messages"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "send_identity_id"], ["send_identities.org_id", "send_identities.id"]),
        ForeignKeyConstraint(["org_id", "raw_blob_id"], ["blobs.org_id", "blobs.id"]),
        UniqueConstraint("org_id", "message_id"),
        UniqueConstraint("org_id", "oss_message_id"),
        Index("outbound_by_rfc_mark", "org_id", "rfc_mark"),
        Index("outbound_of_ticket", "org_id", "ticket_id", "created_at"),
        Index(
            "outbound_unsettled",
            "org_id",
            "send_after",
            postgresql_where="state in ('held', 'queued', 'sending')",
        ),
    )

    message_id: Mapped[UUID]
    oss_message_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    send_identity_id: Mapped[UUID]
    author_id: Mapped[UUID | None]
    rfc_message_id: Mapped[str]
    rfc_mark: Mapped[UUID]
    job_id: Mapped[UUID | None]
    """The job that lets it leave."""
    state: Mapped[Sending] = mapped_column(Text, default=Sending.HELD)
    send_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    provider_id: Mapped[str | None]
    failure: Mapped[str | None]
    """A sentence for the agent: why it failed, or why it waits."""
    bounced_at: Mapped[datetime | None]
    raw_blob_id: Mapped[UUID | None]
    recipients: Mapped[list[str]] = mapped_column(ARRAY(Text))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """Of everything a person typed: the same within a minute is a second click, not a second message."""
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What the reply changed on its ticket, for taking it back."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class SendDue(Fact):
    """A message is to leave when its time of grace is over."""

    message_id: UUID
    ticket_id: UUID
    send_identity_id: UUID


@dataclass(frozen=True, slots=True)
class LinkDue(Fact):
    """The owner of an address is to be asked by mail, in the language of whoever wants to know."""

    send_identity_id: UUID
    asked_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class OutboundFact(Fact):
    """Something on a ticket's timeline about a message that leaves it."""

    kept: ClassVar[bool] = True
    about: ClassVar[str] = "ticket_id"

    ticket_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class OutboundQueued(OutboundFact):
    """A person wrote a reply; it waits for its time."""

    oss_message_id: UUID
    send_identity_id: UUID
    to_emails: list[str]
    cc_emails: list[str]


@dataclass(frozen=True, slots=True)
class OutboundSent(OutboundFact):
    """The mail left. `by`: who said so (the mail server, the provider's own list, a copy that came back, a person)."""

    send_identity_id: UUID
    to_emails: list[str]
    cc_emails: list[str]
    by: str


@dataclass(frozen=True, slots=True)
class OutboundFailed(OutboundFact):
    """The mail will not leave, or came back; why stands with the message, for it may name people."""

    bounced: bool


@dataclass(frozen=True, slots=True)
class OutboundUnknown(OutboundFact):
    """The answer of the mail server was lost: the mail may have left."""


@dataclass(frozen=True, slots=True)
class OutboundCancelled(OutboundFact):
    """The reply was taken back before it left."""
